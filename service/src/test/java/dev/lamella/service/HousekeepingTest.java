package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HousekeepingTest {

    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofDays(999_999_999);

    private static boolean comes(CountDownLatch what) throws InterruptedException {
        return what.await(20, TimeUnit.SECONDS);
    }

    @Test
    void whatTakesLongHoldsUpNothingElse() throws Exception {
        var begun = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        var looks = new CountDownLatch(3);
        try (var housekeeping = new Housekeeping()) {
            housekeeping.every("collecting", SHORT, () -> {
                begun.countDown();
                try {
                    Thread.sleep(LONG);
                } catch (InterruptedException _) {
                    ended.countDown();
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(comes(begun)).isTrue();
            housekeeping.often("looking", SHORT, looks::countDown);
            assertThat(comes(looks)).isTrue();
            assertThat(ended.getCount()).isOne();
        }
        assertThat(comes(ended)).isTrue();
    }

    @Test
    void whatFailsIsDoneAgain() throws Exception {
        var looks = new CountDownLatch(3);
        try (var housekeeping = new Housekeeping()) {
            housekeeping.often("looking", SHORT, () -> {
                looks.countDown();
                if (looks.getCount() == 1) {
                    throw new IllegalStateException("odd");
                }
                throw new IOException("away");
            });
            assertThat(comes(looks)).isTrue();
        }
    }

    @Test
    void onlyWhatIsDoneOftenIsDoneAtOnce() throws Exception {
        var looked = new CountDownLatch(1);
        var collected = new AtomicBoolean();
        try (var housekeeping = new Housekeeping()) {
            housekeeping.every("collecting", LONG, () -> collected.set(true));
            housekeeping.often("looking", LONG, looked::countDown);
            assertThat(comes(looked)).isTrue();
            assertThat(collected).isFalse();
        }
    }
}
