package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mutations;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestTest {

    private static final OciImage OCI = OciImages.oci(new byte[1024], new byte[2048]);
    private static final OciImage DOCKER = new OciImages()
            .docker()
            .platform("linux/arm/v7")
            .compression(OciImages.Compression.ZSTD)
            .layer(new byte[1024])
            .build();

    private static Manifest parse(String json, String contentType) throws OciException {
        return Manifest.parse(json.getBytes(StandardCharsets.UTF_8), contentType, "manifest of x");
    }

    private static String text(OciImage image) {
        return new String(image.manifest().toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void readsBothFamilies() throws Exception {
        for (OciImage image : List.of(OCI, DOCKER)) {
            var manifest = (ImageManifest) parse(text(image), image.mediaType());
            assertThat(manifest.mediaType()).isEqualTo(image.mediaType());
            assertThat(manifest.config().digest()).isEqualTo(image.imageId());
            assertThat(manifest.layers()).extracting(Descriptor::digest).isEqualTo(image.blobDigests());
            ImageConfig config = ImageConfig.parse(image.config().toByteArray(), "config");
            assertThat(config.diffIds()).isEqualTo(image.diffIds());
            assertThat(config.created()).isPresent();
        }
        assertThat(ImageConfig.parse(DOCKER.config().toByteArray(), "config").platform())
                .hasToString("linux/arm/v7");
    }

    @Test
    void theTypeMayBeSaidByTheDocumentTheHeaderOrTheFields() throws Exception {
        String silent = text(OCI).replaceFirst("\"mediaType\":\"[^\"]*manifest[^\"]*\",", "");
        assertThat(parse(text(OCI), "text/plain; charset=utf-8").mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(parse(silent, MediaTypes.OCI_MANIFEST).mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(parse(silent, "application/json").mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(parse("{\"schemaVersion\":2,\"manifests\":[]}", "").mediaType())
                .isEqualTo(MediaTypes.OCI_INDEX);
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "linux/arm64, linux/arm64/v8",
        "linux/arm64/v8, linux/arm64/v8",
        "linux/arm/v7, linux/arm/v6",
        "linux/arm/v5, linux/arm/v5",
        "windows/amd64, windows/amd64",
    })
    void chooses(String wanted, String found) throws Exception {
        List<String> platforms = List.of(
                "linux/arm/v5", "linux/arm/v6", "linux/arm64/v8", "windows/amd64", "linux/amd64", "linux/amd64");
        List<OciImage> images = platforms.stream()
                .map(platform ->
                        new OciImages().platform(platform).command(platform).build())
                .toList();
        OciImage index = OciImages.index(platforms, images);
        var parsed = (IndexManifest) parse(text(index), index.mediaType());
        Digest chosen = parsed.choose(Platform.parse(wanted), "x").digest();
        assertThat(chosen).isEqualTo(images.get(platforms.indexOf(found)).digest());
        assertThatThrownBy(() -> parsed.choose(Platform.parse("linux/s390x"), "x"))
                .hasMessage("x: no image for linux/s390x in the index; there is "
                        + "linux/arm/v5, linux/arm/v6, linux/arm64/v8, windows/amd64, linux/amd64");
    }

    /** A bad document: its name, its text, what the message must hold. */
    record Bad(String name, String json, String part) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bad() {
        String good = text(OCI);
        String digest = OCI.imageId().toString();
        return Stream.of(
                new Bad("empty", "", "expected an object"),
                new Bad("cut", good.substring(0, good.length() / 2), "not valid JSON"),
                new Bad("trailing", good + "{}", "not valid JSON"),
                new Bad("list", "[]", "expected an object, found a list"),
                new Bad("null", "null", "expected an object, found null"),
                new Bad(
                        "no version",
                        good.replace("\"schemaVersion\":2,", ""),
                        "schemaVersion: expected a whole number"),
                new Bad("schema 1", "{\"schemaVersion\":1}", "schema 1"),
                new Bad("version 3", good.replace("Version\":2", "Version\":3"), "schemaVersion: 3, expected 2"),
                new Bad("version in words", good.replace("Version\":2", "Version\":\"2\""), "found a text"),
                new Bad("unknown type", good.replace("image.manifest.v1", "thing.v1"), "is neither an OCI nor"),
                new Bad("two kinds", good.replace("\"config\"", "\"manifests\":[],\"config\""), "read in two ways"),
                new Bad("field twice", good.replace("\"config\"", "\"layers\":[],\"config\""), "not valid JSON"),
                new Bad(
                        "no config",
                        good.replace("\"config\"", "\"konfig\""),
                        "config: expected an object, found nothing"),
                new Bad("config is a list", good.replaceFirst("\"config\":\\{[^}]*}", "\"config\":[]"), "found a list"),
                new Bad("artifact", good.replace("image.config.v1", "thing.config.v1"), "artifacts cannot be run"),
                new Bad("no layers", good.replace("\"layers\"", "\"lagen\""), "layers: expected a list, found nothing"),
                new Bad(
                        "layer is a text",
                        good.replaceFirst("\"layers\":\\[.*]", "\"layers\":[\"x\"]"),
                        "layers[0]: expected an object"),
                new Bad(
                        "encrypted layer",
                        good.replaceFirst("tar\\+gzip", "tar+gzip+encrypted"),
                        "layers[0].mediaType"),
                new Bad(
                        "digest missing",
                        good.replaceFirst("\"digest\":\"" + digest + "\",", ""),
                        "config.digest: expected a digest"),
                new Bad(
                        "digest is a number",
                        good.replaceFirst("\"" + digest + "\"", "7"),
                        "config.digest: expected a digest, found a number"),
                new Bad("digest too short", good.replace(digest, digest.substring(0, 30)), "config.digest"),
                new Bad("digest of another kind", good.replace(digest, "md5:00"), "config.digest"),
                new Bad("sha512", good.replace(digest, "sha512:" + "a".repeat(128)), "expected a sha256 digest"),
                new Bad(
                        "upper-case digest",
                        good.replace(digest, digest.toUpperCase(java.util.Locale.ROOT)),
                        "config.digest"),
                new Bad(
                        "negative size",
                        good.replaceFirst("\"size\":\\d+", "\"size\":-1"),
                        "config.size: -1 is out of range"),
                new Bad(
                        "size with a fraction",
                        good.replaceFirst("\"size\":\\d+", "\"size\":1.5"),
                        "config.size: expected a whole number"),
                new Bad(
                        "size beyond 64 bits",
                        good.replaceFirst("\"size\":\\d+", "\"size\":99999999999999999999"),
                        "config.size"),
                new Bad(
                        "too many layers",
                        good.replaceFirst("\"layers\":\\[", "\"layers\":[" + "{},".repeat(1001)),
                        "at most 1000"),
                new Bad(
                        "too deep",
                        good.replaceFirst("\"config\"", "\"x\":" + "[".repeat(100) + "]".repeat(100) + ",\"config\""),
                        "not valid JSON"),
                new Bad(
                        "annotation is no text",
                        good.replaceFirst("\"size\"", "\"annotations\":{\"a\":1},\"size\""),
                        "config.annotations.a"),
                new Bad("not UTF-8 is escaped", "{\"\u001b[31m\":", "not valid JSON"));
    }

    @ParameterizedTest
    @MethodSource
    void bad(Bad bad) {
        assertThatThrownBy(() -> parse(bad.json, ""))
                .isInstanceOf(OciException.class)
                .hasMessageContainingAll("manifest of x", bad.part)
                .message()
                .matches("\\p{Print}+");
    }

    @Test
    void headerAndDocumentMustAgree() {
        assertThatThrownBy(() -> parse(text(OCI), MediaTypes.DOCKER_MANIFEST))
                .hasMessageContaining("but it was sent as");
        assertThatThrownBy(() -> Manifest.parse(new byte[] {'{', (byte) 0xff}, "", "m"))
                .hasMessage("m: not UTF-8");
    }

    @Test
    void badConfigs() {
        for (String json : List.of(
                "{}",
                "{\"rootfs\":[]}",
                "{\"rootfs\":{}}",
                "{\"rootfs\":{\"type\":\"x\",\"diff_ids\":[]}}",
                "{\"rootfs\":{\"diff_ids\":[1]}}",
                "{\"rootfs\":{\"diff_ids\":[\"sha256:1\"]}}")) {
            assertThatThrownBy(() -> ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8), "config"))
                    .as(json)
                    .isInstanceOf(OciException.class)
                    .hasMessageStartingWith("config: rootfs");
        }
    }

    @Test
    void damagedDocumentsGiveDeclaredErrorsOnly() {
        OciImage index = OciImages.index(List.of("linux/amd64", "linux/arm/v7"), List.of(OCI, DOCKER));
        List<OciImage> images = List.of(OCI, DOCKER, index);
        Fuzz.run(3000, random -> {
            OciImage image = random.pick(images);
            try {
                switch (Manifest.parse(Mutations.mutate(random, image.manifest().toByteArray()), "", "fuzzed")) {
                    case ImageManifest manifest ->
                        assertThat(manifest.layers().size()).isLessThanOrEqualTo(1000);
                    case IndexManifest list ->
                        list.choose(new Platform("linux", "amd64", java.util.Optional.empty()), "fuzzed");
                }
                ImageConfig.parse(Mutations.mutate(random, OCI.config().toByteArray()), "fuzzed");
            } catch (OciException e) {
                assertThat(e).message().contains("fuzzed").matches("\\p{Print}+");
            }
        });
    }
}
