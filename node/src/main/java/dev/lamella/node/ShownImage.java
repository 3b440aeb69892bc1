package dev.lamella.node;

import dev.lamella.filetree.Digest;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An image as {@code images.json} lists it.
 *
 * @param id image ID: the SHA-256 of the config, in hexadecimal digits
 * @param digest digest of the manifest
 * @param names references, normalised
 * @param topLayer chain ID of the topmost layer
 * @param created when the image was made
 * @param bigData the documents kept with the image: key and digest and size
 */
public record ShownImage(
        String id, Digest digest, List<String> names, String topLayer, Instant created, Map<String, Document> bigData) {

    /**
     * A document kept with an image.
     *
     * @param digest its SHA-256
     * @param sizeBytes its length
     */
    public record Document(Digest digest, long sizeBytes) {}

    /** Copies the list and the map, which keeps its order. */
    public ShownImage {
        names = List.copyOf(names);
        bigData = Collections.unmodifiableMap(new LinkedHashMap<>(bigData));
    }

    ShownImage withoutNames(Collection<String> others) {
        List<String> left =
                names.stream().filter(name -> !others.contains(name)).toList();
        return new ShownImage(id, digest, left, topLayer, created, bigData);
    }
}
