package dev.lamella.fuse;

import java.time.Instant;

/**
 * A point in time as files have it.
 *
 * @param seconds since 1970
 * @param nanos and nanoseconds, 0 to 999,999,999
 */
public record Timestamp(long seconds, int nanos) {

    /** The beginning of 1970. */
    public static final Timestamp EPOCH = new Timestamp(0, 0);

    /** Returns the same point in time. */
    public static Timestamp of(Instant instant) {
        return new Timestamp(instant.getEpochSecond(), instant.getNano());
    }
}
