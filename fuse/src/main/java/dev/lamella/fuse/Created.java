package dev.lamella.fuse;

/**
 * A file that was made, if need be, and opened.
 *
 * @param entry what its name stands for
 * @param opened how it is open
 */
public record Created(Entry entry, Opened opened) {}
