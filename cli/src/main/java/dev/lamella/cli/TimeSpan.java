package dev.lamella.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as people write and read them. */
final class TimeSpan {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9}) ?([smhd])");

    private TimeSpan() {}

    /** Reads {@code 90s}, {@code 15m}, {@code 36h} or {@code 7d}; empty if it is none of these. */
    static Optional<Duration> parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    /** Reads the value of an option. */
    static Duration ofOption(String option, String text) throws CommandException {
        return parse(text)
                .orElseThrow(() -> new CommandException(
                        ExitCode.USAGE, "%s %s: expected a time such as 90s, 15m, 36h or 7d".formatted(option, text)));
    }

    /** Returns the shortest exact form in whole seconds: {@code 7d}, {@code 36h}, {@code 0s}. */
    static String exact(Duration span) {
        long seconds = span.toSeconds();
        if (seconds != 0 && seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds != 0 && seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
