package dev.lamella.volume;

/**
 * A layer whose files are complete, synced and checked.
 *
 * @param descriptor what to publish it under
 */
public record BuiltLayer(VolumeDescriptor descriptor) {}
