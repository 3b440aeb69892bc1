package dev.lamella.volume;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Tells by its first bytes how a blob is compressed. As container engines do, the bytes decide and not the media
 * type: images
 * whose media type is wrong exist.
 */
final class Decompression {

    private static final int TAR_BLOCK_BYTES = 512;
    private static final int SHOWN_BYTES = 8;
    private static final int CHECKSUM_OFFSET = 148;
    private static final int CHECKSUM_BYTES = 8;

    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
    private static final byte[] SKIPPABLE = {0x2a, 0x4d, 0x18}; // after a byte of 0x50 to 0x5f

    private Decompression() {}

    /** Returns the compression of a blob, of which nothing is consumed. */
    static Compression sniff(BlobInput blob) throws IOException {
        byte[] head = blob.peek(TAR_BLOCK_BYTES);
        if (startsWith(head, GZIP, 0)) {
            return Compression.GZIP;
        }
        boolean skippable = head.length > 3 && (head[0] & 0xf0) == 0x50 && startsWith(head, SKIPPABLE, 1);
        if (startsWith(head, ZSTD, 0) || skippable) {
            return Compression.ZSTD;
        }
        if (head.length == TAR_BLOCK_BYTES && (isTarHeader(head) || isZero(head))) {
            return Compression.NONE;
        }
        throw new UnknownCompressionException(describe(head));
    }

    /** Returns a blob's decompressed bytes; of gzip also notes where its members begin. */
    static InputStream open(BlobInput blob, Compression compression, GzipMembers members) throws IOException {
        return switch (compression) {
            case NONE -> blob;
            case GZIP -> new GzipInput(blob, members);
            case ZSTD -> new ZstdInput(blob);
        };
    }

    private static String describe(byte[] head) {
        if (head.length == 0) {
            return "empty";
        }
        if (startsWith(head, new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0}, 0)) {
            return "xz, which images must not use";
        }
        if (startsWith(head, new byte[] {'B', 'Z', 'h'}, 0)) {
            return "bzip2, which images must not use";
        }
        if (startsWith(head, new byte[] {4, 0x22, 0x4d, 0x18}, 0)) {
            return "lz4, which images must not use";
        }
        String hex = HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(head.length, SHOWN_BYTES));
        return "something that begins with the bytes " + hex;
    }

    /** A tar has no magic number of its own in its oldest form, but a checksum in every header. */
    private static boolean isTarHeader(byte[] head) {
        int unsigned = 0;
        int signed = 0;
        for (int i = 0; i < head.length; i++) {
            boolean inChecksum = i >= CHECKSUM_OFFSET && i < CHECKSUM_OFFSET + CHECKSUM_BYTES;
            unsigned += inChecksum ? ' ' : head[i] & 0xff;
            signed += inChecksum ? ' ' : head[i];
        }
        int stored = 0;
        boolean digits = false;
        for (int i = CHECKSUM_OFFSET; i < CHECKSUM_OFFSET + CHECKSUM_BYTES; i++) {
            if (head[i] >= '0' && head[i] <= '7') {
                stored = stored * 8 + head[i] - '0';
                digits = true;
            } else if (digits) {
                break;
            }
        }
        return digits && (stored == unsigned || stored == signed);
    }

    private static boolean isZero(byte[] head) {
        for (byte b : head) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] head, byte[] magic, int at) {
        return head.length >= at + magic.length && Arrays.equals(head, at, at + magic.length, magic, 0, magic.length);
    }
}
