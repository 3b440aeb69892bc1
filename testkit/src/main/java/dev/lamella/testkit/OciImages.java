package dev.lamella.testkit;

import com.github.luben.zstd.Zstd;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * Builds images from the tars of their layers.
 *
 * <pre>{@code
 * OciImage image = OciImages.oci(tar1, tar2);
 * OciImage docker = new OciImages().docker().compression(OciImages.Compression.NONE).platform("linux/arm64/v8").layer(tar).build();
 * OciImage index = OciImages.index(amd64, arm64);
 * }</pre>
 *
 * <p>The same input gives the same bytes.
 */
public final class OciImages {

    /** The media type of an OCI image manifest. */
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    /** The media type of an OCI index. */
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

    /** The media type of a Docker schema 2 manifest. */
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    /** The media type of a Docker manifest list. */
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** How a layer is compressed. */
    public enum Compression {
        /** Not at all. */
        NONE,
        /** One gzip member. */
        GZIP,
        /** One zstd frame. */
        ZSTD
    }

    private record Layer(ByteString blob, Digest diffId, Compression compression, String annotations) {}

    private final List<Layer> layers = new ArrayList<>();
    private Compression compression = Compression.GZIP;
    private boolean docker;
    private String platform = "linux/amd64";
    private String command = "\"/bin/sh\"";

    /** Starts an OCI image of linux/amd64 without layers; layers are compressed by gzip. */
    public OciImages() {}

    /** Returns an OCI image of linux/amd64 with layers compressed by gzip. */
    public static OciImage oci(byte[]... layerTars) {
        var image = new OciImages();
        for (byte[] tar : layerTars) {
            image.layer(tar);
        }
        return image.build();
    }

    /** Returns an index of images: an OCI one, or a Docker list if the first image is Docker's. */
    public static OciImage index(List<String> platforms, List<OciImage> images) {
        boolean docker = images.getFirst().mediaType().equals(DOCKER_MANIFEST);
        var entries = new ArrayList<String>();
        for (int i = 0; i < images.size(); i++) {
            OciImage image = images.get(i);
            entries.add("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{%s}}"
                    .formatted(
                            image.mediaType(),
                            image.digest(),
                            image.manifest().length(),
                            platformFields(platforms.get(i))));
        }
        String mediaType = docker ? DOCKER_LIST : OCI_INDEX;
        String json = "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                .formatted(mediaType, String.join(",", entries));
        return new OciImage(mediaType, ByteString.utf8(json), ByteString.EMPTY, List.of(), List.of(), images);
    }

    /** Makes it a Docker schema 2 image. */
    public OciImages docker() {
        docker = true;
        return this;
    }

    /** Sets the compression of the layers added from now on. */
    public OciImages compression(Compression chosen) {
        compression = chosen;
        return this;
    }

    /** Sets the platform: {@code OS/ARCHITECTURE[/VARIANT]}. */
    public OciImages platform(String name) {
        platform = name;
        return this;
    }

    /** Sets the words of the command. */
    public OciImages command(String... words) {
        command = List.of(words).stream().map(word -> "\"" + word + "\"").collect(Collectors.joining(","));
        return this;
    }

    /** Adds a layer on top. */
    public OciImages layer(byte[] tar) {
        return blob(compress(tar, compression), Digest.sha256Of(tar));
    }

    /** Adds a layer on top whose blob and DiffID are given, right or wrong; its media type is that of the compression set. */
    public OciImages blob(byte[] blob, Digest diffId) {
        return blob(blob, diffId, "");
    }

    /** Adds a layer whose descriptor has annotations, given as the inside of a JSON object. */
    public OciImages blob(byte[] blob, Digest diffId, String annotations) {
        layers.add(new Layer(ByteString.of(blob), diffId, compression, annotations));
        return this;
    }

    /** Returns a tar compressed. */
    public static byte[] compress(byte[] tar, Compression compression) {
        return switch (compression) {
            case NONE -> tar;
            case ZSTD -> Zstd.compress(tar);
            case GZIP -> {
                var out = new ByteArrayOutputStream();
                try (var gzip = new GZIPOutputStream(out)) {
                    gzip.write(tar);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                yield out.toByteArray();
            }
        };
    }

    /** Returns the image. */
    public OciImage build() {
        byte[] config = config().getBytes(StandardCharsets.UTF_8);
        String configType =
                docker ? "application/vnd.docker.container.image.v1+json" : "application/vnd.oci.image.config.v1+json";
        String layerDescriptors = layers.stream()
                .map(layer -> descriptor(
                        layerType(layer.compression),
                        Digest.sha256Of(layer.blob.toByteArray()),
                        layer.blob.length(),
                        layer.annotations))
                .collect(Collectors.joining(","));
        String mediaType = docker ? DOCKER_MANIFEST : OCI_MANIFEST;
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                .formatted(
                        mediaType,
                        descriptor(configType, Digest.sha256Of(config), config.length, ""),
                        layerDescriptors);
        return new OciImage(
                mediaType,
                ByteString.utf8(manifest),
                ByteString.of(config),
                layers.stream().map(Layer::blob).toList(),
                layers.stream().map(Layer::diffId).toList(),
                List.of());
    }

    private String config() {
        String diffIds =
                layers.stream().map(layer -> "\"" + layer.diffId + "\"").collect(Collectors.joining(","));
        String history = layers.stream()
                .map(_ -> "{\"created\":\"2026-01-01T00:00:00Z\",\"created_by\":\"test\"}")
                .collect(Collectors.joining(","));
        return ("{\"created\":\"2026-01-01T00:00:00Z\",%s,\"config\":{\"Cmd\":[%s],\"Env\":[\"PATH=/usr/bin:/bin\"]},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]},\"history\":[%s]}")
                .formatted(platformFields(platform), command, diffIds, history);
    }

    private static String platformFields(String platform) {
        List<String> parts = List.of(platform.split("/", -1));
        String fields = "\"os\":\"%s\",\"architecture\":\"%s\"".formatted(parts.get(0), parts.get(1));
        return parts.size() < 3 ? fields : fields + ",\"variant\":\"" + parts.get(2) + "\"";
    }

    private static String descriptor(String mediaType, Digest digest, long sizeBytes, String annotations) {
        String more = annotations.isEmpty() ? "" : ",\"annotations\":{" + annotations + "}";
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}".formatted(mediaType, digest, sizeBytes, more);
    }

    private String layerType(Compression of) {
        if (docker) {
            return switch (of) {
                case NONE -> "application/vnd.docker.image.rootfs.diff.tar";
                case GZIP -> "application/vnd.docker.image.rootfs.diff.tar.gzip";
                case ZSTD -> "application/vnd.docker.image.rootfs.diff.tar.zstd";
            };
        }
        return switch (of) {
            case NONE -> "application/vnd.oci.image.layer.v1.tar";
            case GZIP -> "application/vnd.oci.image.layer.v1.tar+gzip";
            case ZSTD -> "application/vnd.oci.image.layer.v1.tar+zstd";
        };
    }
}
