package dev.lamella.service;

import dev.lamella.service.ServiceLimits.Rate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Token buckets, one for each key: what may be done so often. Those of keys that were quiet for longest are forgotten when there are too
 * many, which gives these a full bucket again, and nobody else anything. Thread-safe.
 */
final class TokenBuckets {

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Rate rate;
    private final LongSupplier clock;
    private final Map<String, Bucket> buckets;

    /** When the bucket will be, or was, full: all that there is to know of it. */
    private static final class Bucket {
        private long fullAtNanos;

        Bucket(long now) {
            fullAtNanos = now;
        }
    }

    TokenBuckets(Rate rate, int keysMax) {
        this(rate, keysMax, System::nanoTime);
    }

    TokenBuckets(Rate rate, int keysMax, LongSupplier clock) {
        this.rate = rate;
        this.clock = clock;
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > keysMax;
            }
        };
    }

    /** Takes a token, or returns how long to wait for one. */
    synchronized Optional<Duration> take(String key) {
        Optional<Duration> wait = peek(key);
        if (wait.isEmpty()) {
            buckets.computeIfAbsent(key, _ -> new Bucket(clock.getAsLong())).fullAtNanos += stepNanos();
        }
        return wait;
    }

    /** Gives back a token that was taken by somebody who had no right to it. */
    synchronized void giveBack(String key) {
        Bucket bucket = buckets.get(key);
        if (bucket != null) {
            bucket.fullAtNanos -= stepNanos();
        }
    }

    /** Returns how long to wait for a token, without taking it; nothing if there is one. */
    synchronized Optional<Duration> peek(String key) {
        long now = clock.getAsLong();
        Bucket bucket = buckets.get(key);
        if (bucket == null) {
            return Optional.empty();
        }
        if (bucket.fullAtNanos - now < 0) {
            bucket.fullAtNanos = now;
        }
        long spareNanos = stepNanos() * (rate.burst() - 1L);
        long waitNanos = bucket.fullAtNanos - now - spareNanos;
        return waitNanos <= 0 ? Optional.empty() : Optional.of(Duration.ofNanos(waitNanos));
    }

    private long stepNanos() {
        return SECOND_NANOS / rate.perSecond();
    }
}
