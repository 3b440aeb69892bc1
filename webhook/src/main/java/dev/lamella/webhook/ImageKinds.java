package dev.lamella.webhook;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells images from what else registries keep: charts, signatures, layers. */
final class ImageKinds {

    private static final Set<String> MANIFESTS = Set.of(
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json");

    private static final Set<String> IMAGE_CONFIGS =
            Set.of("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json");

    /** Tags that cosign and the referrers' fallback of the OCI distribution specification make from the digest of what they are about. */
    private static final Pattern ATTACHMENT = Pattern.compile("sha256-[0-9a-f]{64}(?:\\.[a-z]{1,16})?");

    private static final Pattern CONFIG = Pattern.compile("application/vnd\\.[a-z0-9.+-]*config[a-z0-9.+-]*");

    private ImageKinds() {}

    /** Returns why what has this media type is no image's manifest or index. */
    static Optional<String> manifestRefusal(String mediaType) {
        return MANIFESTS.contains(mediaType)
                ? Optional.empty()
                : Optional.of("%s is not the media type of an image".formatted(Shown.of(mediaType)));
    }

    /** Returns why what has a config, or an artifact type, of this media type is no image. */
    static Optional<String> configRefusal(String mediaType) {
        return IMAGE_CONFIGS.contains(mediaType)
                ? Optional.empty()
                : Optional.of("%s is not the config of an image".formatted(Shown.of(mediaType)));
    }

    /** Returns whether this is the media type of some config, among those of layers. */
    static boolean isConfig(String mediaType) {
        return CONFIG.matcher(mediaType).matches();
    }

    static boolean isAttachment(String tag) {
        return ATTACHMENT.matcher(tag).matches();
    }
}
