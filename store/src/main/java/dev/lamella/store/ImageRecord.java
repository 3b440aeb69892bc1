package dev.lamella.store;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A published image: all that a node or an engine would ask a registry for, besides the layers.
 *
 * @param manifestDigest digest of the manifest, over its bytes
 * @param manifestMediaType its media type
 * @param manifest its bytes
 * @param config the bytes of the image's config; their SHA-256 is the image ID
 * @param index the image index through which the manifest was found, if it was
 * @param layers the layers, base first
 * @param platform what the image runs on, such as {@code linux/amd64}
 * @param created when the image was made, as its config says
 * @param published when it was published here
 */
public record ImageRecord(
        Digest manifestDigest,
        String manifestMediaType,
        ByteString manifest,
        ByteString config,
        Optional<Index> index,
        List<LayerRecord> layers,
        String platform,
        Optional<Instant> created,
        Instant published) {

    /**
     * An image index (a "manifest list").
     *
     * @param digest its digest, over its bytes
     * @param mediaType its media type
     * @param content its bytes
     */
    public record Index(Digest digest, String mediaType, ByteString content) {

        /** Checks the digest. */
        public Index {
            requireMatch("index", digest, content);
        }
    }

    /** Checks the manifest's digest and copies the list. */
    public ImageRecord {
        requireMatch("manifest", manifestDigest, manifest);
        layers = List.copyOf(layers);
    }

    /** Returns the SHA-256 of the config: the image ID. */
    public Digest configDigest() {
        return Digest.sha256Of(config.toByteArray());
    }

    /**
     * Returns whether this is what its reference stands for on a platform. An image of no index is so on every platform; one that was chosen from an
     * index is for its own, and for the kinds of that if it does not say which it is for.
     *
     * @param wanted such as {@code linux/arm64/v8}
     */
    public boolean isFor(String wanted) {
        String own = withoutOnlyVariant(platform);
        String other = withoutOnlyVariant(wanted);
        return index.isEmpty() || other.equals(own) || other.startsWith(own + "/");
    }

    /** Of arm64 there is one kind, which half of all images name and half do not. */
    private static String withoutOnlyVariant(String platform) {
        return platform.endsWith("/arm64/v8") ? platform.substring(0, platform.lastIndexOf('/')) : platform;
    }

    /** Returns the same image found through another index, or none. */
    public ImageRecord withIndex(Optional<Index> other) {
        return new ImageRecord(
                manifestDigest, manifestMediaType, manifest, config, other, layers, platform, created, published);
    }

    private static void requireMatch(String what, Digest digest, ByteString content) {
        if (!digest.matches(content.toByteArray())) {
            throw new IllegalArgumentException("the bytes of the %s do not have the digest %s".formatted(what, digest));
        }
    }
}
