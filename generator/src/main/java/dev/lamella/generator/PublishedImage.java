package dev.lamella.generator;

import dev.lamella.store.ImageRecord;
import java.util.List;

/**
 * An image that is in the store.
 *
 * @param reference the normalised reference that now points at it
 * @param image the image
 * @param layers what became of its layers, base first
 * @param elapsedNanos how long it all took
 */
public record PublishedImage(String reference, ImageRecord image, List<PublishedLayer> layers, long elapsedNanos) {

    /** Copies the list. */
    public PublishedImage {
        layers = List.copyOf(layers);
    }

    /** Returns how many layers the store had. */
    public long reusedLayers() {
        return layers.stream().filter(PublishedLayer::reused).count();
    }

    /** Returns the bytes of layers downloaded. */
    public long downloadedBytes() {
        return layers.stream().mapToLong(PublishedLayer::downloadedBytes).sum();
    }

    /** Returns the uncompressed size of all layers. */
    public long dataSizeBytes() {
        return layers.stream().mapToLong(PublishedLayer::dataSizeBytes).sum();
    }
}
