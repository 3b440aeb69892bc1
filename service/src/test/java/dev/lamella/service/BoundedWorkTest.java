package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BoundedWorkTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();

    @AfterEach
    void close() {
        goOn.countDown();
        callers.close();
    }

    private static BoundedWork work(int requests, int waiting, Duration patience) {
        return new BoundedWork("test", new ServiceLimits.AtOnce(requests, waiting, patience));
    }

    /** Begins something that goes on until {@link #goOn}. */
    private Future<Boolean> holdUp(BoundedWork work) throws InterruptedException {
        var begun = new CountDownLatch(1);
        Future<Boolean> held = callers.submit(() -> work.run(() -> {
            begun.countDown();
            awaitGoOn();
            done.incrementAndGet();
        }));
        begun.await();
        return held;
    }

    private void awaitGoOn() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatEndsInTimeIsDone() {
        assertThat(work(1, 1, LONG).run(done::incrementAndGet)).isTrue();
        assertThat(done).hasValue(1);
    }

    @Test
    void moreThanMayWaitAreSentAway() throws Exception {
        BoundedWork work = work(1, 3, LONG);
        Future<Boolean> held = holdUp(work);
        var others = new ArrayList<Future<Boolean>>();
        for (int i = 0; i < 10; i++) {
            others.add(callers.submit(() -> work.run(done::incrementAndGet)));
        }
        while (others.stream().filter(Future::isDone).count() < 7) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        goOn.countDown();
        int waited = 0;
        for (Future<Boolean> other : others) {
            waited += other.get() ? 1 : 0;
        }
        assertThat(held.get()).isTrue();
        assertThat(waited).isEqualTo(3);
        assertThat(done).hasValue(4);
    }

    @Test
    void whatWaitedForTooLongIsNotDoneLater() throws Exception {
        BoundedWork work = work(1, 3, SHORT);
        Future<Boolean> held = holdUp(work);
        assertThat(work.run(() -> done.addAndGet(100))).isFalse();
        goOn.countDown();
        assertThat(held.get()).as("what has begun is waited for").isTrue();
        assertThat(work.run(done::incrementAndGet)).isTrue();
        assertThat(done).hasValue(2);
    }

    @Test
    void whoIsInterruptedKnowsWhetherItWasDone() throws Exception {
        BoundedWork work = work(1, 3, LONG);
        Future<Boolean> held = holdUp(work);
        Thread.currentThread().interrupt();
        assertThat(work.run(() -> done.addAndGet(100))).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        goOn.countDown();
        assertThat(held.get()).isTrue();
        assertThat(work.run(done::incrementAndGet)).isTrue();
        assertThat(done).hasValue(2);
    }

    @Test
    void exceptionsAreThoseOfTheWork() {
        BoundedWork work = work(1, 1, LONG);
        assertThatThrownBy(() -> work.run(() -> {
                    throw new IllegalStateException("of the work");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("of the work");
        assertThat(work.run(done::incrementAndGet)).isTrue();
    }
}
