package dev.lamella.tar;

import dev.lamella.filetree.ByteString;

/** Numbers of a header block: octal digits, or GNU's base 256 where the first byte's upper bit is set. */
final class NumberField {

    private static final int NEGATIVE = 0x40;
    private static final int BASE_256 = 0x80;

    private NumberField() {}

    /**
     * Reads a number; a field of only spaces and NULs is 0.
     *
     * @throws NumberFormatException if it is no number or does not fit into 64 bits
     */
    static long parse(byte[] block, int offset, int width) {
        return (block[offset] & BASE_256) != 0 ? base256(block, offset, width) : octal(block, offset, width);
    }

    private static long base256(byte[] block, int offset, int width) {
        boolean negative = (block[offset] & NEGATIVE) != 0;
        int inverted = negative ? 0xff : 0;
        long value = 0;
        for (int i = 0; i < width; i++) {
            int digit = (block[offset + i] & 0xff) ^ inverted;
            if (i == 0) {
                digit &= BASE_256 - 1;
            }
            if (value >>> 55 != 0) {
                throw failure(block, offset, width);
            }
            value = value << 8 | digit;
        }
        return negative ? ~value : value;
    }

    private static long octal(byte[] block, int offset, int width) {
        int start = offset;
        int end = offset + width;
        while (start < end && isFiller(block[start])) {
            start++;
        }
        while (end > start && isFiller(block[end - 1])) {
            end--;
        }
        long value = 0;
        for (int i = start; i < end && block[i] != 0; i++) {
            int digit = block[i] - '0';
            if (digit < 0 || digit > 7 || value >>> 60 != 0) {
                throw failure(block, offset, width);
            }
            value = value << 3 | digit;
        }
        return value;
    }

    private static boolean isFiller(byte b) {
        return b == ' ' || b == 0;
    }

    private static NumberFormatException failure(byte[] block, int offset, int width) {
        return new NumberFormatException(
                "\"" + ByteString.of(block, offset, width) + "\" is not an octal or base-256 number of 64 bits");
    }
}
