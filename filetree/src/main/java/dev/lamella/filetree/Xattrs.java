package dev.lamella.filetree;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The extended attributes of a node: full names such as {@code security.capability} with their values, in byte order of the names. */
public final class Xattrs {

    /** No attributes. */
    public static final Xattrs NONE = new Xattrs(new TreeMap<>());

    private final SortedMap<ByteString, ByteString> values;

    private Xattrs(SortedMap<ByteString, ByteString> values) {
        this.values = values;
    }

    /** Returns the given attributes, copied. */
    public static Xattrs of(Map<ByteString, ByteString> values) {
        return values.isEmpty() ? NONE : new Xattrs(new TreeMap<>(values));
    }

    /** Returns these attributes with one more, or with one replaced. */
    public Xattrs with(ByteString name, ByteString value) {
        var copy = new TreeMap<>(values);
        copy.put(name, value);
        return new Xattrs(copy);
    }

    /** Returns whether there are none. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Returns the number of attributes. */
    public int size() {
        return values.size();
    }

    /** Calls an action with each name and value, in byte order of the names. */
    public void forEach(BiConsumer<ByteString, ByteString> action) {
        values.forEach(action);
    }

    /** Returns an unmodifiable view, in byte order of the names. */
    public Map<ByteString, ByteString> asMap() {
        return Collections.unmodifiableMap(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Xattrs that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
