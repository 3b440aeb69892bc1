package dev.lamella.store;

import java.time.Duration;
import java.util.Optional;

/**
 * Bounds of a garbage collection.
 *
 * @param batchMax how many images or volumes are taken out at most while publishers have to wait
 * @param settle how long what was taken out is kept until it is looked once more whether somebody needs it: longer than a write on one
 *     machine may go unseen on another. If nothing is given, none on a local file system, and 90 s on any other
 * @param leases bounds of leases
 */
public record GcLimits(int batchMax, Optional<Duration> settle, LeaseLimits leases) {

    /** What suits most sites. */
    public static final GcLimits DEFAULT = new GcLimits(128, Optional.empty(), LeaseLimits.DEFAULT);

    /** Checks the batch. */
    public GcLimits {
        if (batchMax < 1) {
            throw new IllegalArgumentException("batches of %d".formatted(batchMax));
        }
    }

    /** Returns the same limits with another time to settle. */
    public GcLimits withSettle(Duration other) {
        return new GcLimits(batchMax, Optional.of(other), leases);
    }

    /** Returns the same limits with other bounds of leases. */
    public GcLimits withLeases(LeaseLimits other) {
        return new GcLimits(batchMax, settle, other);
    }
}
