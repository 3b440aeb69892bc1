package dev.lamella.jobs;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * UUIDs of version 7 in ascending order: 48 bits of milliseconds, 12 bits that count within one, 62 random bits. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.7">RFC 9562, 5.7</a>
 */
final class UuidV7 {

    private final SecureRandom random = new SecureRandom();
    private long last;

    /** Returns the next one. If more than 4096 are wanted in a millisecond, time is borrowed from the next. */
    synchronized UUID next() {
        last = Math.max(System.currentTimeMillis() << 12, last + 1);
        return new UUID(high(last), random.nextLong() >>> 2 | 0x8000_0000_0000_0000L);
    }

    /** Returns the time that a UUID carries. */
    static Instant time(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }

    /** Returns the least UUID of a time. */
    static UUID least(Instant time) {
        return new UUID(high(Math.max(0, time.toEpochMilli()) << 12), 0x8000_0000_0000_0000L);
    }

    private static long high(long millisAndCount) {
        return (millisAndCount >>> 12) << 16 | 0x7000 | (millisAndCount & 0xfff);
    }
}
