package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryFault;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TestRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a registry does wrong ends in one line, the right code, and nothing visible in the store. */
@Tag("integration")
class RegistryFaultsTest {

    private static final int ALWAYS = 1000;
    private static final byte[] TAR =
            new TarBytes().directory("a/").file("a/b", "c".repeat(100_000)).end();
    private static final byte[] GZIP = OciImages.compress(TAR, OciImages.Compression.GZIP);

    /**
     * A case.
     *
     * @param name what is wrong
     * @param arrange makes it wrong; the image is test/x:1
     * @param code the exit code to come
     * @param part a part of the message
     */
    record Case(String name, Consumer<TestRegistry> arrange, ExitCode code, String part) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case injected(String name, String part, RegistryFault fault, ExitCode code, String message) {
        return new Case(
                name,
                registry -> {
                    registry.push("test/x", "1", OciImages.oci(TAR));
                    registry.inject(part, ALWAYS, fault);
                },
                code,
                message);
    }

    private static Case image(String name, OciImage image, ExitCode code, String message) {
        return new Case(name, registry -> registry.push("test/x", "1", image), code, message);
    }

    private static Case manifest(String name, String json, ExitCode code, String message) {
        return new Case(
                name,
                registry -> registry.putManifest(
                        "test/x", "1", OciImages.OCI_MANIFEST, json.getBytes(StandardCharsets.UTF_8)),
                code,
                message);
    }

    private static OciImage layer(byte[] blob, byte[] diffIdOf) {
        return new OciImages().blob(blob, Digest.sha256Of(diffIdOf)).build();
    }

    private static byte[] tarOf(String name) {
        return new TarBytes().file(name, "x").end();
    }

    private static OciImage tar(byte[] tar) {
        return OciImages.oci(tar);
    }

    static Stream<Case> cases() {
        return Stream.of(answers(), bodies(), layers()).flatMap(List::stream);
    }

    private static List<Case> answers() {
        return List.of(
                new Case("unknown tag", _ -> {}, ExitCode.NO_INPUT, "test/x:1"),
                injected("404", "/manifests/", RegistryFault.Status.of(404), ExitCode.NO_INPUT, "test/x:1"),
                injected("401 without a challenge", "/v2/", RegistryFault.Status.of(401), ExitCode.NO_PERMISSION, ""),
                new Case(
                        "credentials wanted",
                        registry -> {
                            registry.push("test/x", "1", OciImages.oci(TAR));
                            registry.basic("u", "p");
                        },
                        ExitCode.NO_PERMISSION,
                        "login"),
                injected("403", "/manifests/", RegistryFault.Status.of(403), ExitCode.NO_PERMISSION, ""),
                injected("429", "/manifests/", RegistryFault.Status.retryAfter(429, "3600"), ExitCode.TEMPORARY, ""),
                injected("500", "/manifests/", RegistryFault.Status.of(500), ExitCode.UNAVAILABLE, "500"),
                injected("500 for a blob", "/blobs/", RegistryFault.Status.of(500), ExitCode.UNAVAILABLE, "500"),
                injected("404 for a blob", "/blobs/", RegistryFault.Status.of(404), ExitCode.NO_INPUT, ""),
                injected(
                        "hang-up before the answer", "/manifests/", new RegistryFault.Drop(), ExitCode.UNAVAILABLE, ""),
                injected(
                        "hang-up in mid-blob, always",
                        "/blobs/",
                        new RegistryFault.HangUp(10),
                        ExitCode.UNAVAILABLE,
                        ""));
    }

    private static List<Case> bodies() {
        return List.of(
                injected(
                        "manifest of spaces, too long",
                        "/manifests/",
                        new RegistryFault.Oversized(9 << 20),
                        ExitCode.BAD_DATA,
                        ""),
                injected(
                        "HTML for a manifest",
                        "/manifests/",
                        new RegistryFault.Status(200, Map.of("Content-Type", "text/html"), "<html>"),
                        ExitCode.BAD_DATA,
                        ""),
                injected(
                        "a bit flipped in blobs",
                        "/blobs/",
                        new RegistryFault.WrongBytes(40),
                        ExitCode.BAD_DATA,
                        "digest"),
                manifest("empty manifest", "", ExitCode.BAD_DATA, ""),
                manifest("no JSON", "{", ExitCode.BAD_DATA, ""),
                manifest("no object", "[]", ExitCode.BAD_DATA, ""),
                manifest("no config", "{\"schemaVersion\":2,\"layers\":[]}", ExitCode.BAD_DATA, ""),
                manifest("schema 1", "{\"schemaVersion\":1}", ExitCode.BAD_DATA, ""));
    }

    private static List<Case> layers() {
        byte[] other = tarOf("other");
        return List.of(
                image("wrong DiffID", layer(GZIP, other), ExitCode.BAD_DATA, "DiffID"),
                image("truncated gzip", layer(Arrays.copyOf(GZIP, GZIP.length / 2), TAR), ExitCode.BAD_DATA, "gzip"),
                image(
                        "garbage behind the gzip",
                        layer(Arrays.copyOf(GZIP, GZIP.length + 7), TAR),
                        ExitCode.BAD_DATA,
                        "gzip"),
                image(
                        "unknown compression",
                        layer("BZh91AY&SY".getBytes(StandardCharsets.UTF_8), TAR),
                        ExitCode.BAD_DATA,
                        "compression"),
                image("empty blob", layer(new byte[0], new byte[0]), ExitCode.BAD_DATA, ""),
                image("tar cut in a header", tar(Arrays.copyOf(TAR, 700)), ExitCode.BAD_DATA, "layer 1"),
                image("upwards out of the layer", tar(tarOf("../x")), ExitCode.BAD_DATA, "layer 1"),
                image(
                        "hard link to nothing",
                        tar(new TarBytes().hardLink("a", "b").end()),
                        ExitCode.BAD_DATA,
                        "layer 1"),
                image(
                        "name too long",
                        tar(new TarBytes()
                                .add(TarEntry.file("m".repeat(300), "x").gnuLongNames())
                                .end()),
                        ExitCode.BAD_DATA,
                        "layer 1"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oneLineOneCodeNothingVisible(Case fault, @TempDir Path directory) throws Exception {
        try (TestRegistry registry = TestRegistry.start()) {
            fault.arrange().accept(registry);
            Installation lamella = Installation.in(directory, registry);
            assertThat(lamella.run("images").code()).isEqualTo(78);
            Run run = lamella.run("publish", "--quiet", registry.address() + "/test/x:1");
            assertThat(run.err()).startsWith("lamella: ");
            assertThat(run.err().lines()).as(run.err()).hasSize(1);
            assertThat(run.code()).as(run.err()).isEqualTo(fault.code().number());
            assertThat(run.err()).contains("test/x:1", fault.part());
            assertThat(run.out()).isEmpty();
            assertThat(lamella.visible()).isEmpty();
            assertThat(lamella.run("images", "--json").out()).isEqualTo("{\"images\":[]}\n");
        }
    }
}
