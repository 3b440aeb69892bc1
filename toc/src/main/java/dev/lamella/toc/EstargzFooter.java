package dev.lamella.toc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The end of an eStargz blob: an empty gzip member of {@value #SIZE_BYTES} bytes whose extra field says where the
 * member with the TOC begins.
 *
 * @param tocOffset the offset of that gzip member in the blob
 */
public record EstargzFooter(long tocOffset) {

    /** The size of the footer. */
    public static final int SIZE_BYTES = 51;

    /** The name of the tar entry that holds the TOC, the last of the tar. */
    public static final String TOC_NAME = "stargz.index.json";

    private static final int DIGITS_AT = 16;
    private static final int DIGITS = 16;

    /**
     * All that is fixed: header, length 26 of the extra field, subfield SG of 22 bytes; the time, bytes 4 to 9, may be
     * anything.
     */
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 4};

    private static final byte[] EXTRA = {26, 0, 'S', 'G', 22, 0};
    private static final int EXTRA_AT = 10;

    /** The mark, an empty stored block, and checksum and length of no data. */
    private static final byte[] END = {
        'S', 'T', 'A', 'R', 'G', 'Z', 1, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 0
    };

    /**
     * Reads the footer.
     *
     * @param blobEnd the last bytes of the blob, {@link #SIZE_BYTES} of them or more
     * @param blobSizeBytes the blob's size
     * @throws TocException if they are no footer, or it points outside the blob
     */
    public static EstargzFooter parse(byte[] blobEnd, long blobSizeBytes) throws TocException {
        String where = "eStargz footer, the last %d bytes of the blob".formatted(SIZE_BYTES);
        if (blobEnd.length < SIZE_BYTES || blobSizeBytes < SIZE_BYTES) {
            throw new TocException(where, "missing: the blob has only %d bytes".formatted(blobSizeBytes));
        }
        byte[] footer = Arrays.copyOfRange(blobEnd, blobEnd.length - SIZE_BYTES, blobEnd.length);
        boolean framed = at(footer, 0, HEAD) && at(footer, EXTRA_AT, EXTRA) && at(footer, DIGITS_AT + DIGITS, END);
        if (!framed) {
            throw new TocException(
                    where,
                    "missing: expected an empty gzip member with the mark STARGZ, found %s"
                            .formatted(HexFormat.of().formatHex(footer)));
        }
        String digits = new String(footer, DIGITS_AT, DIGITS, StandardCharsets.ISO_8859_1);
        long offset = -1;
        try {
            offset = HexFormat.fromHexDigitsToLong(digits);
        } catch (NumberFormatException _) {
            // Falls through to the message below.
        }
        if (offset < 0 || offset >= blobSizeBytes - SIZE_BYTES) {
            throw new TocException(
                    where,
                    "it says that the TOC is at \"%s\" (hexadecimal); the blob has %d bytes"
                            .formatted(TocException.shown(digits), blobSizeBytes));
        }
        return new EstargzFooter(offset);
    }

    private static boolean at(byte[] bytes, int offset, byte[] expected) {
        return Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
    }
}
