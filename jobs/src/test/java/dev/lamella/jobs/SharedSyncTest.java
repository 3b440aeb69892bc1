package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedSyncTest {

    private final AtomicInteger syncs = new AtomicInteger();
    private final CountDownLatch firstRuns = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Test
    void thoseWhoComeMeanwhileShareTheNext() throws Exception {
        SharedSync sync = firstHeldUp(() -> {});
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            all.add(threads.submit(sync::await));
            firstRuns.await();
            for (int i = 0; i < 20; i++) {
                all.add(threads.submit(sync::await));
            }
            // However late the others come: none of them may be content with what began before.
            TimeUnit.MILLISECONDS.sleep(100);
            assertThat(all).noneMatch(Future::isDone);
            goOn.countDown();
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(syncs.get()).isBetween(2, 21);
    }

    @Test
    void whatWasThereBeforeIsAlwaysWrittenDown() throws Exception {
        var committed = new AtomicLong();
        var written = new AtomicLong();
        var sync = new SharedSync(() -> {
            syncs.incrementAndGet();
            written.set(committed.get());
        });
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Void> work = () -> {
                for (int round = 0; round < 5_000; round++) {
                    long mine = committed.incrementAndGet();
                    sync.await();
                    assertThat(written.get()).isGreaterThanOrEqualTo(mine);
                }
                return null;
            };
            for (Future<Void> done : threads.invokeAll(Collections.nCopies(8, work))) {
                done.get();
            }
        }
        assertThat(syncs.get()).isLessThanOrEqualTo(40_000);
    }

    @Test
    void afterAFailureTheOthersTryAgain() throws Exception {
        SharedSync sync = firstHeldUp(() -> {
            throw new IllegalStateException("disk full");
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(sync::await);
            firstRuns.await();
            List<Future<?>> others = List.of(threads.submit(sync::await), threads.submit(sync::await));
            goOn.countDown();
            assertThatThrownBy(first::get).hasRootCauseMessage("disk full");
            for (Future<?> other : others) {
                other.get();
            }
        }
        sync.await();
    }

    /** The first sync waits to be let go on, and ends as it is told to. */
    private SharedSync firstHeldUp(Runnable end) {
        return new SharedSync(() -> {
            if (syncs.incrementAndGet() == 1) {
                firstRuns.countDown();
                awaitQuietly(goOn);
                end.run();
            }
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
