package dev.lamella.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A horizontal axis of equal steps of a round length, which all begin at a round time in UTC.
 *
 * @param start of the first step
 * @param step the length of a step
 * @param steps how many
 */
record TimeAxis(Instant start, Duration step, int steps) {

    private static final List<Duration> ROUND = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofHours(12),
            Duration.ofDays(1),
            Duration.ofDays(2),
            Duration.ofDays(7),
            Duration.ofDays(28),
            Duration.ofDays(364));

    private static final int LABELS_MAX = 5;
    private static final DateTimeFormatter TIME = formatter("HH:mm");
    private static final DateTimeFormatter DAY = formatter("d MMM");
    private static final DateTimeFormatter DAY_AND_TIME = formatter("d MMM HH:mm");

    /** A time to mark. */
    record Tick(double step, String label) {}

    /** Returns the axis with the shortest round step that covers the time in so many steps. */
    static TimeAxis covering(Instant first, Instant last, int stepsMax) {
        for (Duration step : ROUND) {
            TimeAxis axis = withStep(first, last, step);
            if (axis.steps() <= stepsMax) {
                return axis;
            }
        }
        TimeAxis longest = withStep(first, last, ROUND.getLast());
        int left = longest.steps() - stepsMax;
        return new TimeAxis(longest.start().plus(longest.step().multipliedBy(left)), longest.step(), stepsMax);
    }

    private static TimeAxis withStep(Instant first, Instant last, Duration step) {
        long seconds = step.toSeconds();
        long begin = Math.floorDiv(first.getEpochSecond(), seconds);
        long end = Math.floorDiv(last.getEpochSecond(), seconds);
        int steps = (int) Math.min(end - begin + 1, Integer.MAX_VALUE);
        return new TimeAxis(Instant.ofEpochSecond(begin * seconds), step, steps);
    }

    /** Returns in which step a time lies; one that there is not if it is outside. */
    int index(Instant time) {
        return Math.clamp(
                Math.floorDiv(Duration.between(start, time).toSeconds(), step.toSeconds()), -1, Integer.MAX_VALUE);
    }

    /** Returns the times to mark: few, and as round as the steps are. */
    List<Tick> ticks() {
        Duration span = step.multipliedBy(steps);
        Duration apart = ROUND.stream()
                .filter(round -> round.compareTo(step) >= 0 && span.dividedBy(round) < LABELS_MAX)
                .findFirst()
                .orElse(ROUND.getLast());
        long seconds = apart.toSeconds();
        List<Tick> ticks = new ArrayList<>();
        long time = Math.ceilDiv(start.getEpochSecond(), seconds) * seconds;
        for (; time < start.plus(span).getEpochSecond(); time += seconds) {
            double position = (double) (time - start.getEpochSecond()) / step.toSeconds();
            ticks.add(new Tick(position, label(Instant.ofEpochSecond(time), apart)));
        }
        return ticks;
    }

    private static String label(Instant time, Duration apart) {
        boolean midnight = time.getEpochSecond() % Duration.ofDays(1).toSeconds() == 0;
        return apart.compareTo(Duration.ofDays(1)) >= 0 || midnight ? DAY.format(time) : TIME.format(time);
    }

    /** Returns the words for a step: {@code 28 Nov 14:15}. */
    String words(int index) {
        Instant time = start.plus(step.multipliedBy(index));
        return step.compareTo(Duration.ofDays(1)) >= 0 ? DAY.format(time) : DAY_AND_TIME.format(time);
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }
}
