package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.StoreConfig;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TestRegistry;
import dev.lamella.volume.LayerLimits;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.VolumeVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of publish at random moments: never a visible volume that is not whole; the next publish completes and cleans up. */
@Tag("system")
class KilledPublishTest {

    private static final int KILLS = Integer.getInteger("lamella.kills", 200);

    private final TestRegistry registry = TestRegistry.start();
    private final Machine machine;
    private final SeededRandom random;
    private final long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
    private final String reference;

    KilledPublishTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        machine = new Machine(directory, registry);
        random = new SeededRandom(seed);
        reference = registry.push("test/killed", "1", image());
    }

    private static OciImage image() {
        var content = new SeededRandom(1);
        var builder = new OciImages();
        for (int layer = 0; layer < 3; layer++) {
            var tar = new TarBytes();
            for (int file = 0; file < 50; file++) {
                tar.file("layer" + layer + "-" + file, content.bytes(40_000));
            }
            builder.layer(tar.end());
        }
        return builder.build();
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        machine.close();
    }

    @Test
    void nothingHalfMadeIsEverVisible() throws Exception {
        long start = System.nanoTime();
        machine.lamella("publish", reference);
        long wholeMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        removeStore();
        int ended = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process publish = machine.startLamella("publish", reference);
            boolean exited = publish.waitFor(random.nextInt((int) wholeMillis + 50), TimeUnit.MILLISECONDS);
            publish.destroyForcibly().waitFor();
            requireWholeOrInvisible(kill);
            if (exited) {
                assertThat(publish.exitValue())
                        .as("kill %d, seed %d", kill, seed)
                        .isZero();
                ended++;
            }
            if (exited || random.oneIn(10)) {
                machine.lamella("publish", reference);
                assertThat(drafts()).as("kill %d, seed %d", kill, seed).isEmpty();
                assertThat(machine.lamella("images")).contains("test/killed:1");
                removeStore();
            }
        }
        assertThat(ended)
                .as("publications that ended before they were killed, of %d", KILLS)
                .isLessThan(KILLS / 2);
        machine.lamella("publish", reference);
        assertThat(machine.lamella("verify", "--all")).startsWith("sound: 3 layers");
        assertThat(drafts()).isEmpty();
    }

    private Path store() {
        return machine.directory().resolve("store");
    }

    private List<String> drafts() throws IOException {
        try (Stream<Path> drafts = Files.list(store().resolve("tmp"))) {
            return drafts.map(Path::toString).toList();
        }
    }

    private void removeStore() throws IOException, InterruptedException {
        Shell.out(java.util.Map.of(), List.of("rm", "-rf", store().toString()));
    }

    private void requireWholeOrInvisible(int kill) throws IOException {
        Path key = machine.directory().resolve("keys/signing.pem.pub");
        if (!DirectoryStore.exists(store()) || Files.notExists(key)) {
            return;
        }
        TrustedKeys trusted = TrustedKeys.load(List.of(key));
        DirectoryStore store = DirectoryStore.open(store(), StoreConfig.reader(trusted));
        var verifier = new VolumeVerifier(trusted, LayerLimits.DEFAULT);
        for (Digest diffId : store.volumes()) {
            Path directory = store.volume(diffId).orElseThrow().directory();
            assertThat(verifier.verify(directory, diffId, VolumeVerifier.Depth.FULL))
                    .as("kill %d, seed %d", kill, seed)
                    .isEmpty();
        }
        for (ImageRecord image : store.images()) {
            for (LayerRecord layer : image.layers()) {
                assertThat(store.volume(layer.diffId()))
                        .as("kill %d, seed %d", kill, seed)
                        .isPresent();
            }
        }
    }
}
