package dev.lamella.systemtests;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.RegistryAccess;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Which layers were fetched from registries. */
final class LayerRequests {

    private LayerRequests() {}

    /** Returns the digests of the images' layers, each once. */
    static List<String> layers(OciImage... images) {
        return Stream.of(images)
                .flatMap(image -> image.blobDigests().stream())
                .map(Digest::toString)
                .distinct()
                .toList();
    }

    /** Returns the digest of each request that was answered with one of these layers. */
    static List<String> of(Collection<RegistryAccess> accesses, OciImage... images) {
        List<String> layers = layers(images);
        return accesses.stream()
                .filter(access -> access.isBlobGet() && access.status() == 200)
                .map(access -> access.target().substring(access.target().lastIndexOf('/') + 1))
                .filter(layers::contains)
                .toList();
    }
}
