package dev.lamella.client;

import java.util.Optional;

/**
 * Which part of a list.
 *
 * @param limit how many items at most, 1 to 1,000
 * @param cursor the {@link Listing#next} of the part before; the beginning if not set
 */
public record PageRequest(int limit, Optional<String> cursor) {

    /** The most items of one part. */
    public static final int LIMIT_MAX = 1000;

    /** The first hundred. */
    public static final PageRequest FIRST = new PageRequest(100, Optional.empty());

    /** Checks the limit. */
    public PageRequest {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit %d, expected 1 to %d".formatted(limit, LIMIT_MAX));
        }
    }

    /** Returns the first so many. */
    public static PageRequest of(int limit) {
        return new PageRequest(limit, Optional.empty());
    }

    /** Returns a request for what follows. */
    public PageRequest at(String next) {
        return new PageRequest(limit, Optional.of(next));
    }
}
