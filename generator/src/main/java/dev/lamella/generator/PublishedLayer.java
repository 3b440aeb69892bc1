package dev.lamella.generator;

import dev.lamella.store.LayerRecord;

/**
 * What became of a layer.
 *
 * @param layer the layer
 * @param reused whether the store had it, so that nothing was downloaded
 * @param downloadedBytes bytes of the blob that were downloaded
 * @param dataSizeBytes the size of its uncompressed tar
 * @param elapsedNanos how long it took
 */
public record PublishedLayer(
        LayerRecord layer, boolean reused, long downloadedBytes, long dataSizeBytes, long elapsedNanos) {}
