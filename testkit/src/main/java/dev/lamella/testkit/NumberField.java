package dev.lamella.testkit;

/**
 * A number in a tar header.
 *
 * @param offset of the field
 * @param width bytes of it
 * @param value the number
 */
record NumberField(int offset, int width, long value) {

    /** Writes the number in octal digits, or in base 256 if that is wanted or it does not fit. */
    void put(byte[] header, boolean base256) {
        int digits = width - 1;
        if (!base256 && value >= 0 && value < 1L << (3 * digits)) {
            String octal = Long.toOctalString(value);
            byte[] text = TarEntry.ascii("0".repeat(digits - octal.length()) + octal);
            System.arraycopy(text, 0, header, offset, digits);
            return;
        }
        long rest = value;
        for (int i = width - 1; i >= 0; i--) {
            header[offset + i] = (byte) rest;
            rest >>= 8;
        }
        header[offset] = (byte) (value < 0 ? 0xff : 0x80 | header[offset]);
    }
}
