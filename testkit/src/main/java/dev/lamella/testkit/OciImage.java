package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.util.List;
import java.util.stream.Stream;

/**
 * An image or index made by {@link OciImages}.
 *
 * @param mediaType the manifest's media type
 * @param manifest the manifest's bytes
 * @param config the config's bytes; empty for an index
 * @param layers the layers' blobs, lowest first, as compressed
 * @param diffIds the digests of the layers' tars
 * @param children the images of an index
 */
public record OciImage(
        String mediaType,
        ByteString manifest,
        ByteString config,
        List<ByteString> layers,
        List<Digest> diffIds,
        List<OciImage> children) {

    /** Returns the manifest's digest. */
    public Digest digest() {
        return Digest.sha256Of(manifest.toByteArray());
    }

    /** Returns the image ID: the config's digest. */
    public Digest imageId() {
        return Digest.sha256Of(config.toByteArray());
    }

    /** Returns the digests of the layers' blobs. */
    public List<Digest> blobDigests() {
        return layers.stream()
                .map(layer -> Digest.sha256Of(layer.toByteArray()))
                .toList();
    }

    /** Returns the blobs a registry must have besides the manifest: config and layers. */
    List<ByteString> blobs() {
        return children.isEmpty()
                ? Stream.concat(Stream.of(config), layers.stream()).toList()
                : List.of();
    }
}
