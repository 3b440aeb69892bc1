package dev.lamella.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.store.LayerRecord;
import dev.lamella.volume.LayerLimits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelLayersTest {

    private static final long SECONDS_MAX = 30;

    private static ParallelLayers layers(int parallel) {
        return new ParallelLayers(
                "docker.io/library/x:1", new PublishLimits(parallel, 100, 30_000, LayerLimits.DEFAULT));
    }

    private static List<WantedLayer> wanted(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> {
                    Digest digest = Digest.sha256Of(new byte[] {(byte) number});
                    return new WantedLayer(
                            number, new LayerRecord(digest, 1, "application/x", digest), Optional.empty());
                })
                .toList();
    }

    private static PublishedLayer published(WantedLayer layer) {
        return new PublishedLayer(layer.layer(), true, 0, layer.number(), 0);
    }

    @Test
    void keepsTheOrderAndTheNumber() throws Exception {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        List<PublishedLayer> done = layers(2).run(wanted(9), layer -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Thread.sleep(10 - layer.number());
            running.decrementAndGet();
            return published(layer);
        });
        assertThat(done).extracting(PublishedLayer::dataSizeBytes).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(most.get()).isBetween(1, 2);
        assertThat(layers(2).run(List.of(), ParallelLayersTest::published)).isEmpty();
    }

    @Test
    void theFirstFailureStopsTheOthersAndIsNamed() {
        var started = new CountDownLatch(1);
        var interrupted = new AtomicBoolean();
        assertThatThrownBy(() -> layers(2).run(wanted(5), layer -> {
                    if (layer.number() == 1) {
                        started.countDown();
                        try {
                            Thread.sleep(TimeUnit.SECONDS.toMillis(SECONDS_MAX));
                        } catch (InterruptedException e) {
                            interrupted.set(true);
                            throw e;
                        }
                    }
                    started.await();
                    throw new IOException("broken");
                }))
                .isInstanceOfSatisfying(
                        PublishException.class,
                        e -> assertThat(e.blobDigest()).contains(Digest.sha256Of(new byte[] {2})))
                .hasMessageStartingWith("docker.io/library/x:1, layer 2 (sha256:")
                .hasMessageEndingWith("): broken");
        assertThat(interrupted).isTrue();
    }

    @Test
    void interruptionStopsAll() {
        var interrupted = new AtomicInteger();
        var started = new CountDownLatch(2);
        Thread caller = Thread.currentThread();
        Thread.ofVirtual().start(() -> {
            try {
                started.await();
            } catch (InterruptedException _) {
                return;
            }
            caller.interrupt();
        });
        assertThatThrownBy(() -> layers(2).run(wanted(2), layer -> {
                    started.countDown();
                    try {
                        Thread.sleep(TimeUnit.SECONDS.toMillis(SECONDS_MAX));
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                        throw e;
                    }
                    return published(layer);
                }))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted).hasValue(2);
    }

    @Test
    void faultsOfOurOwnStayWhatTheyAre() {
        assertThatThrownBy(() -> layers(1).run(wanted(1), _ -> {
                    throw new IllegalStateException("bug");
                }))
                .isInstanceOf(IllegalStateException.class);
    }
}
