package dev.lamella.client;

/**
 * What a collection of garbage removed, or would remove.
 *
 * @param dryRun whether nothing was removed
 * @param layers how many volumes of layers
 * @param images how many images that no reference leads to
 * @param freedBytes what they took
 */
public record CollectionView(boolean dryRun, long layers, long images, long freedBytes) {}
