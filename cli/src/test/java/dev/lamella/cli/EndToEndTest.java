package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryAccess;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TestRegistry;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command from a registry to the store and back, in this process. */
@Tag("integration")
class EndToEndTest {

    private static final byte[] BASE = new TarBytes()
            .directory("etc/")
            .file("etc/motd", "hello\n")
            .symlink("etc/link", "motd")
            .end();
    private static final byte[] TOP = new TarBytes()
            .whiteout("etc/motd")
            .file("etc/new", "x".repeat(5000))
            .end();
    private static final OciImage IMAGE = OciImages.oci(BASE, TOP);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final TestRegistry registry = TestRegistry.start();
    private final Installation lamella;
    private final String reference = registry.push("test/hello", "1", IMAGE);

    EndToEndTest(@TempDir Path directory) throws Exception {
        lamella = Installation.in(directory, registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private static JsonNode json(Run run) {
        assertThat(run.out().lines()).as(run.err()).hasSize(1);
        return JSON.readTree(run.out());
    }

    private static String hex(Digest digest) {
        return digest.hex();
    }

    private static List<RegistryAccess> gets(TestRegistry registry) {
        return registry.accesses().stream()
                .filter(access -> access.isBlobGet() || access.isManifestGet())
                .toList();
    }

    @Test
    void publishThenEverythingThatReads() throws Exception {
        Run published = lamella.run("publish", reference);
        assertThat(published.err()).contains("made the signing key", "layer 1 ", "layer 2 ");
        assertThat(published.code()).isZero();
        assertThat(published.out())
                .matches(
                        "published \\S+/test/hello:1  2 layers \\(0 reused\\), 0\\.0 MiB downloaded, 0\\.0 MiB data, \\d+\\.\\d s\n");

        JsonNode image = json(lamella.run("images", "--json")).path("images").path(0);
        assertThat(image.path("references").path(0).asString()).isEqualTo(reference);
        assertThat(image.path("manifestDigest").asString())
                .isEqualTo(IMAGE.digest().toString());
        assertThat(image.path("imageId").asString()).isEqualTo(IMAGE.imageId().toString());
        assertThat(image.path("platform").asString()).isEqualTo("linux/amd64");
        assertThat(image.path("dataSizeBytes").asLong()).isEqualTo(BASE.length + TOP.length);
        assertThat(lamella.run("images").out())
                .contains("REFERENCE", reference, hex(IMAGE.digest()).substring(0, 12));

        JsonNode layers = json(lamella.run("layers", "--json")).path("layers");
        assertThat(layers.size()).isEqualTo(2);
        assertThat(layers.path(0).path("images").path(0).asString())
                .isEqualTo(IMAGE.digest().toString());
        assertThat(lamella.run("layers").out().lines()).hasSize(3);

        for (String name : List.of(
                reference, IMAGE.digest().toString(), hex(IMAGE.imageId()).substring(0, 12))) {
            JsonNode inspected = json(lamella.run("inspect", name, "--json"));
            assertThat(inspected.path("kind").asString()).isEqualTo("image");
            assertThat(inspected.path("layers").path(1).path("entries").asInt()).isEqualTo(3);
        }
        String base = Digest.sha256Of(BASE).toString();
        assertThat(json(lamella.run("inspect", base, "--json"))
                        .path("counts")
                        .path("symlinks")
                        .asInt())
                .isEqualTo(1);
        assertThat(lamella.run("inspect", base).out()).contains("kind: layer\n", "diffId: " + base);

        assertThat(lamella.run("dump", base).out()).contains("erofs block=512", "etc/motd");
        Run verified = lamella.run("verify", "--all", "--json");
        assertThat(verified.code()).as(verified.err()).isZero();
        assertThat(json(verified).path("sound").asBoolean()).isTrue();
        assertThat(lamella.run("verify", reference).out()).startsWith("sound: 2 layers, ");
        assertThat(lamella.run("verify", "--quick", base).code()).isZero();
    }

    @Test
    void unchangedTagCostsManifestAndConfigOnly() {
        lamella.run("publish", reference);
        registry.forgetAccesses();
        JsonNode again = json(lamella.run("publish", reference, "--json"))
                .path("published")
                .path(0);
        assertThat(again.path("reusedLayers").asInt()).isEqualTo(2);
        assertThat(again.path("downloadedBytes").asLong()).isZero();
        assertThat(gets(registry))
                .hasSize(2)
                .noneMatch(access -> IMAGE.blobDigests().stream()
                        .anyMatch(blob -> access.target().contains(blob.hex())));
    }

    @Test
    void sharedLayersAreDownloadedOnce() {
        byte[] other = new TarBytes().file("other", "other").end();
        String second = registry.push("test/other", "1", OciImages.oci(BASE, other));
        Run run = lamella.run("publish", reference, second, "--json");
        JsonNode published = json(run).path("published");
        assertThat(published.path(0).path("reusedLayers").asInt()).isZero();
        assertThat(published.path(1).path("reusedLayers").asInt()).isEqualTo(1);
        assertThat(json(lamella.run("layers", "--json")).path("layers").size()).isEqualTo(3);
    }

    @Test
    void oneOfTwoFailsTheOtherIsPublished() {
        Run run = lamella.run("publish", registry.address() + "/test/none:1", reference);
        assertThat(run.code()).isEqualTo(ExitCode.NO_INPUT.number());
        assertThat(run.out()).startsWith("published " + reference);
        assertThat(run.err()).contains("lamella: " + registry.address() + "/test/none:1: ");
    }

    @Test
    void indexDockerAndDigests() {
        var arm = new OciImages().docker().platform("linux/arm64").layer(TOP).build();
        var amd = new OciImages()
                .docker()
                .compression(OciImages.Compression.ZSTD)
                .layer(BASE)
                .build();
        OciImage index = OciImages.index(List.of("linux/arm64", "linux/amd64"), List.of(arm, amd));
        String tag = registry.push("test/multi", "latest", index);
        assertThat(lamella.run("publish", tag).code()).isZero();
        JsonNode inspected = json(lamella.run("inspect", tag, "--json"));
        assertThat(inspected.path("manifestDigest").asString())
                .isEqualTo(amd.digest().toString());
        assertThat(inspected.path("indexDigest").asString())
                .isEqualTo(index.digest().toString());
        assertThat(json(lamella.run("publish", tag, "--platform", "linux/arm64", "--json"))
                        .path("published")
                        .path(0)
                        .path("manifestDigest")
                        .asString())
                .isEqualTo(arm.digest().toString());
        String pinned = registry.address() + "/test/multi@" + amd.digest();
        assertThat(lamella.run("publish", pinned).code()).isZero();
        assertThat(json(lamella.run("images", "--json")).path("images").size()).isEqualTo(2);
        assertThat(lamella.run("publish", tag, "--platform", "linux/s390x").code())
                .isEqualTo(66);
    }

    @Test
    void verifyFindsOneFlippedBit() throws Exception {
        lamella.run("publish", reference);
        for (Path file : volumeFiles()) {
            flip(file);
            Run run = lamella.run("verify", "--all", "--json");
            assertThat(run.code()).as(file.toString()).isEqualTo(65);
            assertThat(run.err())
                    .contains("lamella: layer sha256:" + file.resolveSibling("").getFileName());
            assertThat(json(run).path("sound").asBoolean()).isFalse();
            flip(file);
        }
        assertThat(lamella.run("verify", "--all").code()).isZero();
    }

    /** Returns the files of all volumes that are not empty. */
    private List<Path> volumeFiles() throws Exception {
        try (Stream<Path> walk = Files.walk(lamella.store().resolve("volumes"))) {
            List<Path> files = walk.filter(Files::isRegularFile).toList();
            assertThat(files).hasSizeGreaterThanOrEqualTo(10);
            return files.stream().filter(file -> file.toFile().length() > 0).toList();
        }
    }

    @Test
    void whatIsDamagedCanBeRemoved() throws Exception {
        lamella.run("publish", reference);
        for (Path file : volumeFiles()) {
            flip(file);
        }
        assertThat(lamella.run("layers").code()).isEqualTo(65);
        Run removed = lamella.run("rm", reference);
        assertThat(removed.out())
                .as(removed.err())
                .isEqualTo("removed %s: 1 image, 2 layers, 0.0 MiB%n".formatted(reference));
        assertThat(removed.code()).isZero();
        assertThat(lamella.visible()).isEmpty();
    }

    private static void flip(Path file) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (var random = new RandomAccessFile(file.toFile(), "rw")) {
            long middle = random.length() / 2;
            random.seek(middle);
            int value = random.read();
            random.seek(middle);
            random.write(value ^ 4);
        }
    }

    @Test
    void whatIsNotThere() {
        lamella.run("publish", reference);
        for (String[] arguments : new String[][] {
            {"inspect", registry.address() + "/test/none:1"},
            {"inspect", "sha256:" + "0".repeat(64)},
            {"verify", "docker.io/library/none:1"},
            {"dump", "0".repeat(64)},
            {"dump", "/nonexistent/index.erofs"},
            {"rm", "docker.io/library/none:1"}
        }) {
            Run run = lamella.run(arguments);
            assertThat(run.code()).as(String.join(" ", arguments)).isEqualTo(66);
            assertThat(run.err().lines()).hasSize(1).allMatch(line -> line.startsWith("lamella: "));
        }
        assertThat(lamella.run("verify").code()).isEqualTo(64);
        assertThat(lamella.run("verify", "--all", reference).code()).isEqualTo(64);
        assertThat(lamella.run("inspect", "upper/Case:1").code()).isEqualTo(64);
    }

    @Test
    void dumpOfWhatIsNoIndexIsBadData() throws Exception {
        Path file = Files.write(lamella.directory().resolve("random"), new byte[5000]);
        Run run = lamella.run("dump", file.toString());
        assertThat(run.code()).isEqualTo(65);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void readingNeedsTheKeyNotWriteAccess() throws Exception {
        lamella.run("publish", reference);
        Files.delete(lamella.directory().resolve("keys/signing.pem.pub"));
        Run run = lamella.run("inspect", reference);
        assertThat(run.code()).isEqualTo(65);
        assertThat(run.err()).contains("unknown key");
    }
}
