package dev.lamella.page;

import dev.lamella.client.ImageView;
import java.util.List;
import java.util.Map;

/**
 * The content of an image's page.
 *
 * @param image with its layers and nodes
 * @param sharers by DiffID, other images that have the layer; may be a part of them, as {@code LayerView.images} says
 *     how many there are
 */
public record ImagePage(ImageView image, Map<String, List<Sharer>> sharers) {

    /** Copies the map. */
    public ImagePage {
        sharers = Map.copyOf(sharers);
    }

    /**
     * Another image that has a layer.
     *
     * @param digest of its manifest
     * @param name a reference that points at it, or the digest
     */
    public record Sharer(String digest, String name) {}
}
