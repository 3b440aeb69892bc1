package dev.lamella.filetree;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A moment as file systems keep it.
 *
 * @param seconds whole seconds since 1970-01-01T00:00:00Z, negative before
 * @param nanos nanoseconds after {@code seconds}, 0 to 999,999,999
 */
public record Timestamp(long seconds, int nanos) {

    /** 1970-01-01T00:00:00Z. */
    public static final Timestamp EPOCH = new Timestamp(0, 0);

    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

    /** Checks the range of the nanoseconds. */
    public Timestamp {
        if (nanos < 0 || nanos > 999_999_999) {
            throw new IllegalArgumentException("nanos out of range: " + nanos);
        }
    }

    /**
     * Returns the moment a decimal number of seconds after the epoch; digits beyond the nanosecond are cut off towards the past,
     * as the kernel's time stamps are.
     *
     * @throws ArithmeticException if the seconds do not fit into 64 bits
     */
    public static Timestamp ofSeconds(BigDecimal seconds) {
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        int nanos = seconds.subtract(whole).multiply(NANOS_PER_SECOND).intValue();
        return new Timestamp(whole.longValueExact(), nanos);
    }

    @Override
    public String toString() {
        return nanos == 0 ? Long.toString(seconds) : "%d+%09dns".formatted(seconds, nanos);
    }
}
