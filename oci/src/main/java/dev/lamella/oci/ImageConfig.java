package dev.lamella.oci;

import dev.lamella.filetree.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What Lamella needs to know of an image's config.
 *
 * @param platform what the image runs on
 * @param created when it was made
 * @param diffIds the DiffIDs of its layers, base first
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md">OCI image configuration</a>
 */
public record ImageConfig(Platform platform, Optional<Instant> created, List<Digest> diffIds) {

    private static final int LAYERS_MAX = 1000;

    /** Copies the list. */
    public ImageConfig {
        diffIds = List.copyOf(diffIds);
    }

    /**
     * Reads a config.
     *
     * @param json the document
     * @param name what to call it in messages
     * @throws OciException if it is malformed or its layers are not listed
     */
    public static ImageConfig parse(byte[] json, String name) throws OciException {
        OciJson document = OciJson.parse(json, name);
        OciJson rootfs = document.object("rootfs");
        Optional<String> type = rootfs.optionalText("type");
        if (type.isPresent() && !type.get().equals("layers")) {
            throw rootfs.wrong("type", "\"%s\", expected \"layers\"".formatted(Printable.of(type.get())));
        }
        var platform = new Platform(
                document.optionalText("os").orElse("linux"),
                document.optionalText("architecture").orElse("unknown"),
                document.optionalText("variant").filter(variant -> !variant.isEmpty()));
        return new ImageConfig(platform, document.time("created"), rootfs.digests("diff_ids", LAYERS_MAX));
    }
}
