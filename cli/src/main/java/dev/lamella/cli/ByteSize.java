package dev.lamella.cli;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write and read them. */
final class ByteSize {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,3})?) ?([kKMGT]i?B|B|)");
    private static final List<String> PREFIXES = List.of("B", "K", "M", "G", "T");
    private static final double MEBIBYTE = 1L << 20;

    private ByteSize() {}

    /** Reads {@code 10GiB}, {@code 1.5 MiB}, {@code 500MB} or a bare number of bytes; empty if it is none of these. */
    static Optional<Long> parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = matcher.group(2).toUpperCase(Locale.ROOT);
        int power = unit.isEmpty() ? 0 : PREFIXES.indexOf(unit.substring(0, 1));
        BigDecimal factor = BigDecimal.valueOf(unit.contains("I") ? 1024 : 1000).pow(power);
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(factor);
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return Optional.empty();
        }
        return Optional.of(bytes.longValue());
    }

    /** Returns the shortest exact form: {@code 256MiB}, {@code 10GiB}, {@code 1000B}. */
    static String exact(long bytes) {
        List<String> units = List.of("TiB", "GiB", "MiB", "KiB");
        for (int i = 0; i < units.size(); i++) {
            long unit = 1L << (10 * (units.size() - i));
            if (bytes != 0 && bytes % unit == 0) {
                return bytes / unit + units.get(i);
            }
        }
        return bytes + "B";
    }

    /** Returns mebibytes with one decimal for messages: {@code 41.3 MiB}. */
    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
    }
}
