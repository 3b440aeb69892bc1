package dev.lamella.fuse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of a directory entry or an extended attribute, or what a symbolic link says: bytes other than NUL, of no
 * particular encoding. Immutable.
 */
public final class Name {

    /** The longest the kernel sends or takes, in bytes: a path without the NUL at its end. */
    public static final int BYTES_MAX = 4095;

    private final byte[] bytes;

    private Name(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns the name that a text has in UTF-8.
     *
     * @throws IllegalArgumentException if it is empty, longer than {@value #BYTES_MAX} bytes, or has a NUL in it
     */
    public static Name of(String text) {
        return checked(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the name of these bytes; see {@link #of(String)} for what is refused. */
    public static Name of(byte[] bytes) {
        return checked(bytes.clone());
    }

    private static Name checked(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("a name of %d bytes".formatted(bytes.length));
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a name with a NUL in it");
            }
        }
        return new Name(bytes);
    }

    /** Takes bytes that were checked by whoever read them, and that nobody else has. */
    static Name ofChecked(byte[] bytes) {
        return new Name(bytes);
    }

    /** Returns a copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Returns the length in bytes. */
    public int length() {
        return bytes.length;
    }

    byte[] raw() {
        return bytes;
    }

    /** Returns the name as text, what is not UTF-8 replaced. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Name name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
