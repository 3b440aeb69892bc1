package dev.lamella.oci;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.util.Optional;

/**
 * What a reference stands for, every document checked against its digest and of matching length.
 *
 * @param index the index the reference names, if it names one
 * @param manifest the image's manifest
 * @param parsed the manifest, parsed
 * @param configBytes the image's config
 * @param config the config, parsed; it has a DiffID for each layer of the manifest
 */
public record ResolvedImage(
        Optional<Document> index, Document manifest, ImageManifest parsed, ByteString configBytes, ImageConfig config) {

    /**
     * A document with its digest.
     *
     * @param digest over the bytes
     * @param mediaType the media type
     * @param content the bytes
     */
    public record Document(Digest digest, String mediaType, ByteString content) {}
}
