package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.service.ServiceLimits.Rate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketsTest {

    private final AtomicLong now = new AtomicLong(-5_000);
    private final TokenBuckets buckets = new TokenBuckets(new Rate(10, 3), 2, now::get);

    @Test
    void aBurstThenTheRate() {
        for (int i = 0; i < 3; i++) {
            assertThat(buckets.take("a")).isEmpty();
        }
        assertThat(buckets.take("a")).contains(Duration.ofMillis(100));
        assertThat(buckets.take("b")).isEmpty();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(buckets.take("a")).isEmpty();
        assertThat(buckets.take("a")).isPresent();
    }

    @Test
    void whatIsNotUsedIsNotSavedForEver() {
        assertThat(buckets.take("a")).isEmpty();
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        for (int i = 0; i < 3; i++) {
            assertThat(buckets.take("a")).isEmpty();
        }
        assertThat(buckets.take("a")).isPresent();
    }

    @Test
    void lookingTakesNothing() {
        for (int i = 0; i < 10; i++) {
            assertThat(buckets.peek("a")).isEmpty();
        }
        assertThat(buckets.take("a")).isEqualTo(Optional.empty());
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        for (int i = 0; i < 10; i++) {
            assertThat(buckets.take("a")).isEmpty();
            buckets.giveBack("a");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(buckets.take("a")).isEmpty();
        }
        assertThat(buckets.take("a")).isPresent();
        buckets.giveBack("unknown");
        assertThat(buckets.take("unknown")).isEmpty();
    }

    @Test
    void onlySoManyAreRemembered() {
        for (int i = 0; i < 4; i++) {
            buckets.take("a");
        }
        buckets.take("b");
        buckets.take("c");
        assertThat(buckets.take("a")).as("forgotten").isEmpty();
    }
}
