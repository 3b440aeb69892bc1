package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishers that are processes of their own, racing and dying. */
@Tag("integration")
@Timeout(300)
class PublisherProcessTest {

    private static final int KILLS = 20;
    private static final int KILL_WITHIN_MILLIS = 400;

    @TempDir
    Path directory;

    @Test
    void racingProcessesAllSucceed() throws Exception {
        Path root = directory.resolve("store");
        Path key = directory.resolve("key.pem");
        var racers = new ArrayList<Process>();
        for (int i = 0; i < 4; i++) {
            racers.add(PublisherProcess.start(root, key, 1, 10));
        }
        for (Process racer : racers) {
            String output = new String(racer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(racer.waitFor()).as(output).isZero();
        }
        DirectoryStore store = PublisherProcess.open(root, SigningKey.loadOrCreate(key));
        assertThat(store.volumes()).hasSize(10);
        assertThat(store.images()).hasSize(10);
        requireComplete(store);
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void killedPublishersLeaveNothingVisibleIncomplete() throws Exception {
        Path root = directory.resolve("store");
        Path key = directory.resolve("key.pem");
        long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
        var random = new SeededRandom(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Process publisher = PublisherProcess.start(root, key, kill * 1000L, 1000);
            if (kill % 4 != 0) { // the others die while they start, which makes store and key too
                assertThat(publisher.inputReader().readLine()).isEqualTo("started");
            }
            Thread.sleep(random.nextInt(KILL_WITHIN_MILLIS));
            publisher.destroyForcibly().waitFor();
            DirectoryStore store = PublisherProcess.open(root, SigningKey.loadOrCreate(key));
            requireComplete(store);
            store.cleanUp();
            assertThat(root.resolve("tmp")).as("seed %d, kill %d", seed, kill).isEmptyDirectory();
            requireComplete(store);
        }
        DirectoryStore store = PublisherProcess.open(root, SigningKey.loadOrCreate(key));
        assertThat(store.volumes())
                .as("the publishers did something before they were killed")
                .isNotEmpty();
    }

    @Test
    void readersOfTheClockLeaveNothingThatMustGrowOld() throws Exception {
        Path root = directory.resolve("store");
        Path key = directory.resolve("key.pem");
        int left = 0;
        // Most, but not all, die while they have a draft.
        for (int kill = 0; kill < 5 * KILLS && left < 3; kill++) {
            Process reader = PublisherProcess.start(root, key, 1, PublisherProcess.CLOCK);
            assertThat(reader.inputReader().readLine()).isEqualTo("started");
            Thread.sleep(50);
            reader.destroyForcibly().waitFor();
            left += PublisherProcess.open(root, SigningKey.loadOrCreate(key))
                    .cleanUp()
                    .size();
            assertThat(root.resolve("tmp")).isEmptyDirectory();
        }
        assertThat(left).as("drafts that killed readers left").isEqualTo(3);
    }

    @Test
    void liveDraftOfAnotherProcessStays() throws Exception {
        Path root = directory.resolve("store");
        Path key = directory.resolve("key.pem");
        Process publisher = PublisherProcess.start(root, key, 1, PublisherProcess.ONE_HELD);
        Process doomed = PublisherProcess.start(root, key, 2, PublisherProcess.ONE_HELD);
        try {
            assertThat(publisher.inputReader().readLine()).isEqualTo("started");
            assertThat(doomed.inputReader().readLine()).isEqualTo("started");
            DirectoryStore store = PublisherProcess.open(root, SigningKey.loadOrCreate(key));
            assertThat(store.cleanUp()).as("both drafts have living owners").isEmpty();
            doomed.destroyForcibly().waitFor();
            assertThat(store.cleanUp()).as("one owner died").hasSize(1);
            publisher.outputWriter().append('\n').close();
            assertThat(publisher.waitFor()).isZero();
            assertThat(store.volumes()).hasSize(1);
            assertThat(root.resolve("tmp")).isEmptyDirectory();
        } finally {
            publisher.destroyForcibly().waitFor();
            doomed.destroyForcibly().waitFor();
        }
    }

    private static void requireComplete(DirectoryStore store) throws IOException {
        for (Digest diffId : store.volumes()) {
            Volume volume = store.volume(diffId).orElseThrow();
            assertThat(Digest.sha256Of(Files.readAllBytes(volume.data()))).isEqualTo(diffId);
            assertThat(volume.index()).hasSize(volume.descriptor().indexSizeBytes());
            assertThat(volume.verity()).exists();
        }
        List<ImageRecord> images = store.images();
        for (ImageRecord image : images) {
            for (LayerRecord layer : image.layers()) {
                assertThat(store.volume(layer.diffId())).isPresent();
            }
        }
        for (int tag = 0; tag < 3; tag++) {
            store.image("localhost/image:" + tag)
                    .ifPresent(image -> assertThat(images).contains(image));
        }
    }
}
