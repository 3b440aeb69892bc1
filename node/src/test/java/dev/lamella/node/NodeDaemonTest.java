package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.linux.Mounts;
import dev.lamella.store.ImageRecord;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("system")
@Timeout(60)
class NodeDaemonTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int SECONDS_MAX = 20;

    private final TestNode node;
    private final ImageRecord image;
    private final ExecutorService executor = Executors.newCachedThreadPool();

    NodeDaemonTest(@TempDir Path directory) throws IOException {
        node = new TestNode(directory);
        image = node.publish("image:1", TestNode.layer("base"), TestNode.layer("top"));
    }

    @BeforeEach
    void showAndReboot() throws IOException {
        node.service().show(image, List.of("image:1"));
        node.reboot();
    }

    @AfterEach
    void stop() throws Exception {
        executor.shutdownNow();
        boolean ended = executor.awaitTermination(SECONDS_MAX, TimeUnit.SECONDS);
        node.close();
        assertThat(ended).as("daemons end when they are interrupted").isTrue();
    }

    private Future<?> start(Duration interval) throws IOException {
        var daemon = new NodeDaemon(node.service(), interval, Optional.empty());
        return executor.submit(() -> {
            daemon.run(() -> {});
            return "ended";
        });
    }

    private void end(Future<?> daemon) throws Exception {
        executor.shutdownNow();
        assertThat(daemon.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("ended");
    }

    private void awaitMounts(int count) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (node.mounted().size() != count) {
            assertThat(System.nanoTime()).as("waited for %d mounts", count).isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void restoresAtItsStartAndLeavesTheMountsAtItsEnd() throws Exception {
        Future<?> daemon = start(HOUR);
        awaitMounts(2);
        end(daemon);
        node.requireMounted();
    }

    @Test
    void noticesALostMount() throws Exception {
        Future<?> daemon = start(INTERVAL);
        awaitMounts(2);
        for (String id : TestNode.chain(image)) {
            Mounts.detach(node.mountPoint(id));
            assertThat(node.mounted()).doesNotContain(id);
            awaitMounts(2);
        }
        node.reboot();
        awaitMounts(2);
        end(daemon);
        node.requireMounted();
    }

    @Test
    void looksNoMoreOftenThanItIsTold() throws Exception {
        Future<?> daemon = start(HOUR);
        awaitMounts(2);
        Mounts.detach(node.mountPoint(TestNode.chain(image).getLast()));
        Thread.sleep(3 * INTERVAL.toMillis());
        assertThat(node.mounted()).hasSize(1);
        end(daemon);
    }

    @Test
    void goesOnWhateverIsWrong() throws Exception {
        Volume volume = node.store().volume(image.layers().getLast().diffId()).orElseThrow();
        Path away = volume.directory().resolveSibling("away");
        Files.move(volume.directory(), away);
        Future<?> daemon = start(INTERVAL);
        awaitMounts(1);
        Path list = node.imageStore().resolve("overlay-layers/layers.json");
        String good = Files.readString(list);
        NodeFiles.write(list, new byte[] {'['});
        Thread.sleep(3 * INTERVAL.toMillis());
        assertThat(daemon).isNotDone();
        NodeFiles.write(list, good.getBytes(StandardCharsets.UTF_8));
        Files.move(away, volume.directory());
        awaitMounts(2);
        end(daemon);
    }

    @Test
    void doesNotGetInTheWayOfShowAndHide() throws Exception {
        Future<?> daemon = start(Duration.ofMillis(1));
        for (int i = 0; i < 10; i++) {
            node.service().hide("image:1", false);
            assertThat(node.mounted()).isEmpty();
            node.service().show(image, List.of("image:1"));
            assertThat(node.mounted()).hasSize(2);
        }
        end(daemon);
        node.requireMounted();
        node.requireNothingLeftOver();
    }

    @Test
    void aFirstRestoringThatFailsIsAnError() throws Exception {
        Path list = node.imageStore().resolve("overlay-layers/layers.json");
        NodeFiles.write(list, new byte[] {'['});
        assertThat(start(HOUR))
                .failsWithin(Duration.ofSeconds(SECONDS_MAX))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(DamagedImageStoreException.class);
    }

    @Test
    void interruptedAtAnyMomentItEnds() throws Exception {
        for (int delayMillis = 0; delayMillis < 40; delayMillis += 4) {
            node.reboot();
            var daemon = new NodeDaemon(node.service(), HOUR, Optional.empty());
            Thread thread = Thread.ofPlatform().unstarted(() -> {
                try {
                    daemon.run(() -> {});
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            var failure = new Throwable[1];
            thread.setUncaughtExceptionHandler((_, thrown) -> failure[0] = thrown);
            thread.start();
            Thread.sleep(delayMillis);
            thread.interrupt();
            assertThat(thread.join(Duration.ofSeconds(SECONDS_MAX))).isTrue();
            assertThat(failure[0]).isNull();
            node.requireWhole();
        }
        node.service().restore();
        node.requireMounted();
        node.requireNothingLeftOver();
    }

    @Test
    void interruptedBeforeItStartsItEnds() throws Exception {
        var daemon = new NodeDaemon(node.service(), HOUR, Optional.empty());
        Future<String> ended = executor.submit(() -> {
            Thread.currentThread().interrupt();
            daemon.run(() -> {});
            return "ended";
        });
        assertThat(ended.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("ended");
    }
}
