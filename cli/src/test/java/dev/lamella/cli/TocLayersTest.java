package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.EstargzWriter;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TestRegistry;
import dev.lamella.testkit.TocBlob;
import dev.lamella.testkit.ZstdChunkedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images whose layers claim to have a table of contents, true and false, through the command. */
@Tag("integration")
class TocLayersTest {

    private static final String OTHER = "sha256:" + "7".repeat(64);

    private final TestRegistry registry = TestRegistry.start();
    private final Installation lamella;

    TocLayersTest(@TempDir Path directory) throws Exception {
        lamella = Installation.in(directory, registry);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private static TarEntry[] entries() {
        return new TarEntry[] {TarEntry.directory("usr/"), TarEntry.file("usr/small", "hello")};
    }

    private static TocBlob estargz() {
        return new EstargzWriter().add(entries()).build();
    }

    private static TocBlob chunked() {
        return new ZstdChunkedWriter().add(entries()).build();
    }

    private String push(TocBlob layer, OciImages.Compression compression) {
        return registry.push(
                "test/toc",
                "1",
                new OciImages()
                        .compression(compression)
                        .blob(layer.blob().toByteArray(), layer.diffId(), layer.annotationsJson())
                        .build());
    }

    /**
     * A layer that must be refused.
     *
     * @param name what is wrong
     * @param layer the layer
     * @param part a part of the message
     */
    record Bad(String name, TocBlob layer, String part) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bad() {
        return Stream.of(
                new Bad(
                        "both formats",
                        chunked().withAnnotation(TocBlob.ESTARGZ_DIGEST, OTHER),
                        "annotations containerd.io/snapshot/stargz/toc.digest and io.github.containers"),
                new Bad("no digest", estargz().withAnnotation(TocBlob.ESTARGZ_DIGEST, "yes"), "expected ALGORITHM:HEX"),
                new Bad("another digest", estargz().withAnnotation(TocBlob.ESTARGZ_DIGEST, OTHER), "says " + OTHER),
                new Bad(
                        "another digest, zstd",
                        chunked().withAnnotation(TocBlob.CHUNKED_DIGEST, OTHER),
                        "says " + OTHER),
                new Bad(
                        "no position",
                        chunked().withoutAnnotation(TocBlob.CHUNKED_POSITION),
                        "manifest-position: missing"),
                new Bad(
                        "position outside the blob",
                        chunked().withAnnotation(TocBlob.CHUNKED_POSITION, "123456789:1:1:1"),
                        "bytes 123456789 to 123456790"),
                new Bad(
                        "no footer",
                        estargz().withBlob(blob -> Arrays.copyOf(blob, blob.length - 51)),
                        "eStargz footer, the last 51 bytes of the blob: missing"),
                new Bad(
                        "another tree",
                        new EstargzWriter()
                                .add(entries())
                                .toc(toc -> toc.replace("\"mode\":420", "\"mode\":2541"))
                                .build(),
                        "entry 2 of the TOC, \"usr/small\": mode 4755, but the tar has 0644"),
                new Bad(
                        "TOC beyond all measure",
                        chunked().withAnnotation(TocBlob.CHUNKED_POSITION, "100:100:157286401:1"),
                        "beyond the limit sizeBytesMax of 157286400"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void isRefused(Bad bad) throws Exception {
        boolean gzip = !bad.layer.annotations().containsKey(TocBlob.CHUNKED_DIGEST);
        String reference = push(bad.layer, gzip ? OciImages.Compression.GZIP : OciImages.Compression.ZSTD);
        Run run = lamella.run("publish", "--quiet", reference);
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        assertThat(run.err())
                .startsWith("lamella: " + reference + ", layer 1 ")
                .contains(": table of contents: ", bad.part);
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.BAD_DATA.number());
        assertThat(lamella.visible()).isEmpty();
    }

    private static JsonNode json(Run run) {
        assertThat(run.code()).as(run.err()).isZero();
        return JsonMapper.shared().readTree(run.out());
    }

    @Test
    void aLayerAnswersToAllItsNames() throws Exception {
        TocBlob layer = chunked();
        String reference = push(layer, OciImages.Compression.ZSTD);
        assertThat(lamella.run("publish", reference).code()).isZero();
        String toc = layer.tocDigest().toString();
        String blob = Digest.sha256Of(layer.blob().toByteArray()).toString();
        for (String name : new String[] {toc, blob, layer.diffId().toString()}) {
            JsonNode inspected = json(lamella.run("inspect", name, "--json"));
            assertThat(inspected.path("diffId").asString())
                    .isEqualTo(layer.diffId().toString());
            assertThat(inspected.path("tocDigest").asString()).isEqualTo(toc);
            assertThat(inspected.path("blobs").path(0).path("blobDigest").asString())
                    .isEqualTo(blob);
            assertThat(inspected.path("blobs").path(0).path("tocDigest").asString())
                    .isEqualTo(toc);
        }
        assertThat(json(lamella.run("inspect", reference, "--json"))
                        .path("layers")
                        .path(0)
                        .path("tocDigest")
                        .asString())
                .isEqualTo(toc);
        assertThat(lamella.run("layers").out())
                .contains("TOC", layer.tocDigest().hex().substring(0, 12));
        assertThat(lamella.run("verify", "--all").code()).isZero();

        String hex = layer.tocDigest().hex();
        Path record = lamella.store().resolve("tocs/sha256/" + hex.substring(0, 2) + "/" + hex);
        Files.delete(record);
        Run verified = lamella.run("verify", "--all");
        assertThat(verified.code()).isEqualTo(ExitCode.BAD_DATA.number());
        assertThat(verified.err()).contains("layer " + layer.diffId() + ": is not found by its TOC digest " + toc);
        assertThat(lamella.run("publish", reference).code()).isZero();
        assertThat(record).exists();
        assertThat(lamella.run("verify", "--all").code()).isZero();
    }

    @Test
    void layersOfBeforeShowNoToc() {
        assertThat(lamella.run(
                                "publish",
                                push(estargz().withoutAnnotation(TocBlob.ESTARGZ_DIGEST), OciImages.Compression.GZIP))
                        .code())
                .isZero();
        assertThat(json(lamella.run("layers", "--json")).path("layers").path(0).has("tocDigest"))
                .isFalse();
        assertThat(lamella.run("layers").out()).contains("  -  ");
    }
}
