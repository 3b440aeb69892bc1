package dev.lamella.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An image of the store.
 *
 * @param digest of its manifest
 * @param references that point at it, sorted
 * @param platform as {@code linux/amd64}
 * @param created when it was built, if its config says so
 * @param published when it came into the store
 * @param blobSizeBytes the sum of its layers' blobs, what a plain pull downloads
 * @param dataSizeBytes the sum of its layers' tars
 * @param sharedBytes of these, in layers that another image of the store has too
 * @param layers base first; empty in lists
 * @param layerCount how many layers
 * @param nodes the names of nodes that show it, as far as they said so; empty in lists
 */
public record ImageView(
        String digest,
        List<String> references,
        String platform,
        Optional<Instant> created,
        Instant published,
        long blobSizeBytes,
        long dataSizeBytes,
        long sharedBytes,
        int layerCount,
        List<LayerView> layers,
        List<String> nodes) {

    /** Copies the lists. */
    public ImageView {
        references = List.copyOf(references);
        layers = List.copyOf(layers);
        nodes = List.copyOf(nodes);
    }
}
