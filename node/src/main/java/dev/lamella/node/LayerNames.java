package dev.lamella.node;

import dev.lamella.filetree.Digest;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Layers of a list by the digests of their blobs and their DiffIDs. Immutable. */
final class LayerNames {

    private final List<ShownLayer> layers;
    private final Map<Digest, Set<ShownLayer>> byDigest = new HashMap<>();

    LayerNames(List<ShownLayer> layers) {
        this.layers = layers;
        for (ShownLayer layer : layers) {
            add(layer.blobDigest(), layer);
            add(layer.diffId(), layer);
        }
    }

    private void add(Digest digest, ShownLayer layer) {
        byDigest.computeIfAbsent(digest, _ -> new LinkedHashSet<>()).add(layer);
    }

    /** Returns the very list they were made of. */
    List<ShownLayer> layers() {
        return layers;
    }

    Optional<ShownLayer> first(Digest digest) {
        return byDigest.getOrDefault(digest, Set.of()).stream().findFirst();
    }

    List<ShownLayer> all(Digest digest) {
        return List.copyOf(byDigest.getOrDefault(digest, Set.of()));
    }

    /** Returns all digests, sorted. */
    List<Digest> digests() {
        return byDigest.keySet().stream().sorted().toList();
    }
}
