package dev.lamella.tar;

import java.util.HashMap;
import java.util.Map;

/** Lets equal immutable values be one object: most files of a layer share owner, mode and often time. */
final class SharedValues {

    /** Few distinct values are in use at a time; those beyond just stay unshared with earlier ones. */
    private static final int VALUES_MAX = 8192;

    private final Map<Object, Object> values = new HashMap<>();

    /** Returns an equal value seen before, or this one. */
    @SuppressWarnings("unchecked") // equal values of the records given here have the same class
    <T> T of(T value) {
        if (values.size() >= VALUES_MAX) {
            values.clear();
        }
        Object known = values.putIfAbsent(value, value);
        return known == null ? value : (T) known;
    }
}
