package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStoreUsesTest {

    private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});
    private static final LayerStoreUses.Key NAMED = new LayerStoreUses.Key(Optional.of("localhost:5000/a/b:1"), DIGEST);
    private static final LayerStoreUses.Key NAMELESS = new LayerStoreUses.Key(Optional.empty(), DIGEST);

    private final NodeConfig config;
    private final Path file;

    LayerStoreUsesTest(@TempDir Path directory) {
        config = new NodeConfig(
                directory.resolve("state"),
                directory.resolve("images"),
                List.of(),
                MountMode.AUTO,
                NodeConfig.LOCK_TIMEOUT);
        file = directory.resolve("state/layer-uses");
    }

    @Test
    void countsOutliveTheProcess() throws IOException {
        try (var uses = LayerStoreUses.begin(config, Map.of(NAMELESS, 3))) {
            uses.add(NAMED, 1, false);
            uses.add(NAMED, 2, false);
            uses.release(NAMED, 3, false);
            uses.release(NAMELESS, 4, false);
            assertThat(uses.counts()).isEqualTo(Map.of(NAMED, 1, NAMELESS, 2));
            assertThat(LayerStoreUses.read(config)).isEqualTo(uses.counts());
        }
        try (var successor = LayerStoreUses.resume(config)) {
            assertThat(successor.counts()).isEqualTo(Map.of(NAMED, 1, NAMELESS, 2));
        }
    }

    @Test
    void whatIsAskedAgainCountsOnce() throws IOException {
        try (var uses = LayerStoreUses.begin(config, Map.of())) {
            uses.add(NAMED, 7, false);
        }
        try (var successor = LayerStoreUses.resume(config)) {
            successor.add(NAMED, 7, true);
            assertThat(successor.counts()).isEqualTo(Map.of(NAMED, 1));
            successor.add(NAMED, 8, true);
            assertThat(successor.counts())
                    .as("one that the predecessor did not get to")
                    .isEqualTo(Map.of(NAMED, 2));
            successor.release(NAMED, 7, false);
            assertThat(successor.counts()).as("another with the same number").isEqualTo(Map.of(NAMED, 1));
        }
    }

    @Test
    void noCountIsBelowZero() throws IOException {
        try (var uses = LayerStoreUses.begin(config, Map.of())) {
            uses.release(NAMED, 1, false);
            uses.add(NAMED, 2, false);
            assertThat(uses.counts()).isEqualTo(Map.of(NAMED, 1));
        }
        assertThat(LayerStoreUses.read(config)).isEqualTo(Map.of(NAMED, 1));
    }

    @Test
    void theJournalStaysShort() throws IOException {
        try (var uses = LayerStoreUses.begin(config, Map.of())) {
            for (long i = 0; i < 60_000; i++) {
                uses.add(NAMED, 2 * i, false);
                uses.release(NAMED, 2 * i + 1, false);
            }
            uses.add(NAMELESS, 120_000, false);
            assertThat(Files.readAllLines(file)).hasSizeLessThan(30_000);
            assertThat(LayerStoreUses.read(config)).isEqualTo(Map.of(NAMELESS, 1));
        }
    }

    @Test
    void damagedLinesArePassedOver() throws IOException {
        try (var uses = LayerStoreUses.begin(config, Map.of(NAMED, 2))) {
            assertThat(uses.counts()).hasSize(1);
        }
        Files.writeString(
                file,
                "+ 1\n# zz\n= 5 sha256:12 x\n\0\0\n+ 2 " + DIGEST + " localhost:50",
                StandardCharsets.UTF_8,
                StandardOpenOption.APPEND);
        assertThat(LayerStoreUses.read(config).get(NAMED)).isEqualTo(2);
        Files.writeString(file, "something else\n");
        assertThat(LayerStoreUses.read(config)).isEmpty();
    }

    @Test
    void whereEnginesKeepWhatTheyUse() {
        Path store = Path.of("/run/layers");
        String encoded = "bG9jYWxob3N0OjUwMDAvYS9iOjE=";
        assertThat(AdditionalLayerUse.parse(store, "/run/layers/" + encoded + "/" + DIGEST))
                .contains(NAMED);
        assertThat(AdditionalLayerUse.parse(store, "/run/layers/" + DIGEST)).contains(NAMELESS);
        for (String other : List.of(
                "",
                "/run/layers",
                "/run/layers/x/y/" + DIGEST,
                "/run/layers2/" + DIGEST,
                "/run/layers/!/" + DIGEST,
                "/run/layers/sha256:12",
                "relative",
                "/run/\0")) {
            assertThat(AdditionalLayerUse.parse(store, other)).as(other).isEmpty();
        }
    }
}
