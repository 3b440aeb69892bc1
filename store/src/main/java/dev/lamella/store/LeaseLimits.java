package dev.lamella.store;

import java.time.Duration;

/**
 * Bounds of leases. They are not signed, so whoever can write into the store can make one: the bounds keep that from stopping
 * every garbage collection for ever.
 *
 * @param countMax how many leases a store may have; with more nothing is collected
 * @param sizeBytesMax the greatest size of a lease's file
 * @param digestsMax how many images and layers one lease may name
 * @param durationMax the longest a lease runs after it was last written, whatever it says
 * @param clockSkew how far the clocks of two machines that use the store may differ
 */
public record LeaseLimits(int countMax, int sizeBytesMax, int digestsMax, Duration durationMax, Duration clockSkew) {

    /** What suits most sites. */
    public static final LeaseLimits DEFAULT =
            new LeaseLimits(100_000, 16 << 20, 150_000, Duration.ofDays(30), Duration.ofMinutes(5));

    /** Returns the same limits with another difference of clocks. */
    public LeaseLimits withClockSkew(Duration other) {
        return new LeaseLimits(countMax, sizeBytesMax, digestsMax, durationMax, other);
    }

    /** Returns the same limits with another number of leases. */
    public LeaseLimits withCount(int other) {
        return new LeaseLimits(other, sizeBytesMax, digestsMax, durationMax, clockSkew);
    }
}
