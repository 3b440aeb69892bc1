package dev.lamella.jobs;

import java.util.random.RandomGenerator;

/**
 * The pause after a failed attempt: doubled each time, up to a limit, and then shortened by chance so that jobs which failed together do not
 * come back together.
 *
 * @param firstMillis after the first attempt
 * @param maxMillis at most
 * @param jitter by which part a pause may be shortened, from 0 to 1
 */
public record RetryPolicy(long firstMillis, long maxMillis, double jitter) {

    /** 5 seconds, 10, 20, up to 10 minutes, shortened by up to a half. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(5_000, 600_000, 0.5);

    /** Checks the numbers. */
    public RetryPolicy {
        if (firstMillis < 0 || maxMillis < firstMillis || !(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException(
                    "pauses from %d to %d ms with jitter %s".formatted(firstMillis, maxMillis, jitter));
        }
    }

    /** Returns the pause after so many attempts, from 1. */
    long pauseMillis(int attempts, RandomGenerator random) {
        int doublings = Math.clamp(attempts - 1, 0, 40);
        double full = Math.min((double) maxMillis, (double) firstMillis * (1L << doublings));
        return (long) (full * (1 - jitter * random.nextDouble()));
    }
}
