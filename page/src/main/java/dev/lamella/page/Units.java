package dev.lamella.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Sizes, counts and times as people read them. */
final class Units {

    private static final List<String> SIZES = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int DIGEST_DIGITS = 12;

    private Units() {}

    /** Returns a size with at most three digits: {@code 41.3 MiB}, {@code 1.5 GiB}, {@code 512 KiB}. */
    static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (Math.abs(size) >= 999.5 && unit < SIZES.size() - 1) {
            size /= 1024;
            unit++;
        }
        boolean whole = unit == 0 || Math.abs(size) >= 99.95 || isWhole(size);
        boolean tenths = Math.abs(size) >= 9.995 || isWhole(size * 10);
        return String.format(Locale.ROOT, whole ? "%.0f %s" : tenths ? "%.1f %s" : "%.2f %s", size, SIZES.get(unit));
    }

    private static boolean isWhole(double number) {
        return number == Math.rint(number);
    }

    /** Returns a number with its thousands apart. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Returns {@code 1 image}, {@code 2,000 images}. */
    static String count(long number, String one) {
        return count(number) + " " + (number == 1 ? one : one + "s");
    }

    /** Returns which part of the whole it is, in percent; 0 of nothing. */
    static int percent(long part, long whole) {
        return whole <= 0 ? 0 : (int) Math.clamp(100.0 * part / whole, 0, 100);
    }

    /** Returns the largest unit of a duration: {@code 45 s}, {@code 3 min}, {@code 5 h}, {@code 12 d}. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3_600 + " h" : count(seconds / 86_400) + " d";
    }

    /** Returns how long ago, or in how long, a moment is. */
    static String distance(Instant moment, Instant now) {
        Duration since = Duration.between(moment, now);
        if (since.abs().toSeconds() < 1) {
            return "now";
        }
        return since.isNegative() ? "in " + duration(since.negated()) : duration(since) + " ago";
    }

    /** Returns a moment to the second, in UTC. */
    static String exact(Instant moment) {
        return EXACT.format(moment);
    }

    /** Returns enough of a digest to tell it from others. */
    static String digest(String digest) {
        int digits = digest.indexOf(':') + 1;
        return digest.length() <= digits + DIGEST_DIGITS ? digest : digest.substring(digits, digits + DIGEST_DIGITS);
    }
}
