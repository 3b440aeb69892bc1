package dev.lamella.jobs;

/**
 * How far one layer of a job is.
 *
 * @param number from 1, the base
 * @param diffId its DiffID
 * @param blobDigest the digest of its blob
 * @param sizeBytes the blob's size
 * @param receivedBytes how much of the blob came
 * @param state where it stands
 */
public record LayerProgress(
        int number, String diffId, String blobDigest, long sizeBytes, long receivedBytes, LayerState state) {}
