package dev.lamella.testkit;

import java.util.List;
import java.util.SplittableRandom;

/** Random choices that a seed repeats exactly, on every machine. */
public final class SeededRandom {

    private final SplittableRandom random;

    /** Starts the sequence of a seed. */
    public SeededRandom(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Returns a number from 0 up to, not including, a bound. */
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /** Returns a number from {@code from} up to, not including, {@code to}. */
    public int nextInt(int from, int to) {
        return random.nextInt(from, to);
    }

    /** Returns any 64 bits. */
    public long nextLong() {
        return random.nextLong();
    }

    /** Returns a number from 0 up to, not including, a bound. */
    public long nextLong(long bound) {
        return random.nextLong(bound);
    }

    /** Returns true once in so many times. */
    public boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** Returns one of the elements. */
    public <T> T pick(List<T> elements) {
        return elements.get(random.nextInt(elements.size()));
    }

    /** Returns so many random bytes. */
    public byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Returns a word of lower-case letters. */
    public String word(int lengthMax) {
        var text = new StringBuilder();
        for (int left = 1 + random.nextInt(lengthMax); left > 0; left--) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
