package dev.lamella.store;

import java.time.Duration;

/**
 * How a garbage collection is to go.
 *
 * @param grace how long something must have been needed by nobody before it goes, reckoned from the first collection that found it so
 * @param dryRun whether only to say what a collection would do now; nothing is written then, and no signing key is needed
 * @param limits bounds
 */
public record GcOptions(Duration grace, boolean dryRun, GcLimits limits) {

    /** A day of grace. */
    public static final GcOptions DEFAULT = new GcOptions(Duration.ofDays(1), false, GcLimits.DEFAULT);

    /** Checks the grace time. */
    public GcOptions {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a grace time of " + grace);
        }
    }

    /** Returns the same with another grace time. */
    public GcOptions withGrace(Duration other) {
        return new GcOptions(other, dryRun, limits);
    }

    /** Returns the same as a dry run, or not as one. */
    public GcOptions withDryRun(boolean dry) {
        return new GcOptions(grace, dry, limits);
    }

    /** Returns the same with other limits. */
    public GcOptions withLimits(GcLimits other) {
        return new GcOptions(grace, dryRun, other);
    }
}
