package dev.lamella.filetree;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable string of bytes: a file name, a symbolic link's target or the name of an extended attribute.
 *
 * <p>Ordered by unsigned bytes, the order EROFS directories use.
 */
public final class ByteString implements Comparable<ByteString> {

    /** The string of no bytes. */
    public static final ByteString EMPTY = new ByteString(new byte[0]);

    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns the given bytes, copied. */
    public static ByteString of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /**
     * Returns a copy of a part of an array.
     *
     * @param bytes the array
     * @param offset index of the first byte
     * @param length number of bytes
     * @throws IndexOutOfBoundsException if the part is not inside the array
     */
    public static ByteString of(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return length == 0 ? EMPTY : new ByteString(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** Returns the UTF-8 form of a text. */
    public static ByteString utf8(String text) {
        return text.isEmpty() ? EMPTY : new ByteString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** Returns whether there are no bytes. */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** Returns the byte at an index. */
    public byte at(int index) {
        return bytes[index];
    }

    /** Returns a copy of the bytes. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** Returns a read-only view of the bytes, without a copy. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Copies all bytes into an array. */
    public void copyTo(byte[] target, int targetOffset) {
        System.arraycopy(bytes, 0, target, targetOffset, bytes.length);
    }

    /** Returns whether this string begins with another. */
    public boolean startsWith(ByteString prefix) {
        return bytes.length >= prefix.bytes.length
                && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
    }

    /** Returns the part from an index to the end. */
    public ByteString substring(int from) {
        return of(bytes, from, bytes.length - from);
    }

    /** Returns the part from an index up to, not including, another. */
    public ByteString substring(int from, int to) {
        return of(bytes, from, to - from);
    }

    /** Returns the index of the first such byte at or after {@code from}, or -1. */
    public int indexOf(int value, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == (byte) value) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int compareTo(ByteString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /**
     * Returns the text for messages and dumps: UTF-8 where it is valid, with control characters, backslashes and invalid bytes
     * written as {@code \xNN}, so that it is one line, says exactly which bytes there are, and cannot steer a terminal.
     */
    @Override
    public String toString() {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            text = new String(bytes, StandardCharsets.ISO_8859_1);
            return escape(text, 0x7f);
        }
        return escape(text, Character.MAX_CODE_POINT + 1);
    }

    private static String escape(String text, int firstEscaped) {
        var out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c < 0x20 || c == 0x7f || c == '\\' || c >= firstEscaped) {
                out.append("\\x%02x".formatted(c));
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    out.append("\\x%02x".formatted(b & 0xff));
                }
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
