package dev.lamella.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * A vertical axis from 0 to a round number.
 *
 * @param max the value at its upper end, at least 1
 * @param step from tick to tick
 * @param words how a value is written
 */
record Scale(double max, double step, LongFunction<String> words) {

    private static final int TICKS_MAX = 4;

    /** Returns an axis for whole numbers: ticks are 1, 2 or 5 times a power of ten apart. */
    static Scale ofCounts(long largest) {
        double step = 1;
        for (int i = 0; largest / step > TICKS_MAX; i++) {
            step *= i % 3 == 1 ? 2.5 : 2;
        }
        return upTo(largest, step, Units::count);
    }

    /** Returns an axis for sizes: ticks are a power of two apart. */
    static Scale ofBytes(long largest) {
        double step = 1;
        while (largest / step > TICKS_MAX) {
            step *= 2;
        }
        return upTo(largest, step, Units::bytes);
    }

    private static Scale upTo(long largest, double step, LongFunction<String> words) {
        return new Scale(Math.max(1, Math.ceil(largest / step)) * step, step, words);
    }

    /** Returns the values to mark, from 0 up. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i * step <= max; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    String words(double value) {
        return words.apply((long) value);
    }
}
