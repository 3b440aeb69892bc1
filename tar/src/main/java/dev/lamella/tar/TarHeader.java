package dev.lamella.tar;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lamella.filetree.ByteString;
import java.util.Arrays;

/** One header block, decoded as far as the block itself says. Understands v7, ustar, GNU and star. */
record TarHeader(
        char type,
        ByteString name,
        ByteString link,
        long mode,
        long uid,
        long gid,
        long size,
        long mtime,
        long deviceMajor,
        long deviceMinor,
        boolean gnu) {

    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int PREFIX = 345;
    private static final int USTAR_PREFIX_BYTES = 155;
    private static final int STAR_PREFIX_BYTES = 131;
    private static final byte[] MAGIC_USTAR = "ustar\0".getBytes(US_ASCII);
    private static final byte[] MAGIC_GNU = "ustar  \0".getBytes(US_ASCII);
    private static final byte[] TRAILER_STAR = "tar\0".getBytes(US_ASCII);

    private enum Dialect {
        V7,
        USTAR,
        GNU,
        STAR
    }

    /** Decodes a block that is not all zeros. */
    static TarHeader decode(byte[] block, long offset) throws TarFormatException {
        var where = new EntryPosition(text(block, 0, 100), offset);
        checkChecksum(block, where);
        Dialect dialect = dialect(block);
        var fields = new Fields(block, where);
        boolean extended = dialect != Dialect.V7;
        return new TarHeader(
                (char) (block[TYPE] & 0xff),
                name(block, dialect),
                text(block, 157, 100),
                fields.number("mode", 100, 8),
                fields.number("uid", 108, 8),
                fields.number("gid", 116, 8),
                fields.number("size", 124, 12),
                fields.number("mtime", 136, 12),
                extended ? fields.number("device major", 329, 8) : 0,
                extended ? fields.number("device minor", 337, 8) : 0,
                dialect == Dialect.GNU);
    }

    private static final class Fields {
        private final byte[] block;
        private final EntryPosition where;

        Fields(byte[] block, EntryPosition where) {
            this.block = block;
            this.where = where;
        }

        long number(String field, int offset, int width) throws TarFormatException {
            try {
                return NumberField.parse(block, offset, width);
            } catch (NumberFormatException e) {
                throw where.malformed(field + ": " + e.getMessage());
            }
        }
    }

    private static Dialect dialect(byte[] block) {
        if (startsWith(block, 257, MAGIC_GNU)) {
            return Dialect.GNU;
        }
        if (startsWith(block, 257, MAGIC_USTAR)) {
            return startsWith(block, 508, TRAILER_STAR) ? Dialect.STAR : Dialect.USTAR;
        }
        return Dialect.V7;
    }

    private static ByteString name(byte[] block, Dialect dialect) {
        ByteString name = text(block, 0, 100);
        ByteString prefix = switch (dialect) {
            case V7 -> ByteString.EMPTY;
            case USTAR -> text(block, PREFIX, USTAR_PREFIX_BYTES);
            case STAR -> text(block, PREFIX, STAR_PREFIX_BYTES);
            case GNU -> prefixOfOldGo(block);
        };
        if (prefix.isEmpty()) {
            return name;
        }
        var joined = new byte[prefix.length() + 1 + name.length()];
        prefix.copyTo(joined, 0);
        joined[prefix.length()] = '/';
        name.copyTo(joined, prefix.length() + 1);
        return ByteString.of(joined);
    }

    /** GNU headers have times where ustar has the prefix. Go before 1.8 put a prefix there all the same, and images remain. */
    private static ByteString prefixOfOldGo(byte[] block) {
        try {
            if (block[345] != 0) {
                var _ = NumberField.parse(block, 345, 12);
            }
            if (block[357] != 0) {
                var _ = NumberField.parse(block, 357, 12);
            }
            return ByteString.EMPTY;
        } catch (NumberFormatException _) {
            ByteString prefix = text(block, PREFIX, USTAR_PREFIX_BYTES);
            for (int i = 0; i < prefix.length(); i++) {
                if (prefix.at(i) < 0) {
                    return ByteString.EMPTY;
                }
            }
            return prefix;
        }
    }

    private static void checkChecksum(byte[] block, EntryPosition where) throws TarFormatException {
        int unsigned = 0;
        int signed = 0;
        for (int i = 0; i < TarInput.BLOCK_BYTES; i++) {
            byte b = i >= CHECKSUM && i < TYPE ? (byte) ' ' : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        long written;
        try {
            written = NumberField.parse(block, CHECKSUM, TYPE - CHECKSUM);
        } catch (NumberFormatException e) {
            throw where.malformed("not a tar header; checksum: " + e.getMessage());
        }
        if (written != unsigned && written != signed) {
            throw where.malformed("wrong header checksum: %d written, %d found".formatted(written, unsigned));
        }
    }

    private static boolean startsWith(byte[] block, int offset, byte[] expected) {
        return Arrays.equals(block, offset, offset + expected.length, expected, 0, expected.length);
    }

    /** Returns the bytes up to the first NUL. */
    static ByteString text(byte[] bytes, int offset, int width) {
        int length = 0;
        while (length < width && bytes[offset + length] != 0) {
            length++;
        }
        return ByteString.of(bytes, offset, length);
    }
}
