package dev.lamella.oci;

import dev.lamella.filetree.Digest;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest or an index says of a blob or a manifest.
 *
 * @param mediaType its media type
 * @param digest its digest
 * @param sizeBytes its size, from 0
 * @param annotations its annotations
 * @param platform what it runs on, if it is an entry of an index that says so
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md">OCI content descriptors</a>
 */
public record Descriptor(
        String mediaType, Digest digest, long sizeBytes, Map<String, String> annotations, Optional<Platform> platform) {

    /** Checks the size and copies the map. */
    public Descriptor {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("size " + sizeBytes);
        }
        annotations = Map.copyOf(annotations);
    }
}
