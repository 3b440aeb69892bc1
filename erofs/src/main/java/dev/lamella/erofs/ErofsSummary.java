package dev.lamella.erofs;

/**
 * What was written.
 *
 * @param sizeBytes bytes of the image, a multiple of 512
 * @param inodes number of inodes
 * @param storedBytes bytes of the image that are content of files
 */
public record ErofsSummary(long sizeBytes, long inodes, long storedBytes) {}
