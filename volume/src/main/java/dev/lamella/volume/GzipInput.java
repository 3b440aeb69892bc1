package dev.lamella.volume;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads gzip: any number of members, each with its checksum and length checked, and nothing behind the last one.
 * Strict where container
 * engines are: trailing bytes, zeros too, are an error.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class GzipInput extends InputStream {

    private static final int ID1 = 0x1f;
    private static final int ID2 = 0x8b;
    private static final int METHOD_DEFLATE = 8;
    private static final int FLAG_HEADER_CRC = 1 << 1;
    private static final int FLAG_EXTRA = 1 << 2;
    private static final int FLAG_NAME = 1 << 3;
    private static final int FLAG_COMMENT = 1 << 4;
    private static final int FLAGS_RESERVED = 0xe0;
    private static final int TEXT_BYTES_MAX = 64 * 1024;

    private final BlobInput in;
    private final GzipMembers members;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private long dataBytes;
    private boolean inMember;

    GzipInput(BlobInput in, GzipMembers members) throws IOException {
        this.in = in;
        this.members = members;
        readHeader(in.read());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** Fills as much of the target as there is data for: a short count means the end. */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length && inMember) {
            int count = inflate(target, offset + done, length - done);
            crc.update(target, offset + done, count);
            done += count;
            dataBytes += count;
            if (inflater.finished()) {
                endMember();
            }
        }
        return done == 0 && length > 0 ? -1 : done;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            int count = inflater.inflate(target, offset, length);
            if (count > 0 || inflater.finished()) {
                return count;
            }
        } catch (DataFormatException e) {
            in.takeBack(inflater.getRemaining());
            throw corrupt(String.valueOf(e.getMessage()));
        }
        if (inflater.needsDictionary()) {
            throw corrupt("asks for a preset dictionary, which gzip does not have");
        }
        if (inflater.needsInput() && !in.lendTo(inflater)) {
            throw corrupt("ends in the middle of a member");
        }
        return 0;
    }

    private void endMember() throws IOException {
        in.takeBack(inflater.getRemaining());
        long expectedCrc = readInt();
        if (expectedCrc != crc.getValue()) {
            throw corrupt("the data's checksum is %08x, the trailer says %08x".formatted(crc.getValue(), expectedCrc));
        }
        long expectedLength = readInt();
        long length = inflater.getBytesWritten() & 0xffff_ffffL;
        if (expectedLength != length) {
            throw corrupt("%d bytes (modulo 2^32) of data, the trailer says %d".formatted(length, expectedLength));
        }
        inflater.reset();
        crc.reset();
        inMember = false;
        int next = in.read();
        if (next >= 0) {
            readHeader(next);
        }
    }

    private void readHeader(int firstByte) throws IOException {
        members.begin(in.position() - 1, dataBytes);
        headerCrc.reset();
        headerCrc.update(firstByte);
        int second = headerByte();
        if (firstByte != ID1 || second != ID2) {
            throw corrupt("expected a gzip member to begin, or the end, found the bytes %02x %02x"
                    .formatted(firstByte, second));
        }
        int method = headerByte();
        if (method != METHOD_DEFLATE) {
            throw corrupt("compression method %d, expected 8 (deflate)".formatted(method));
        }
        int flags = headerByte();
        if ((flags & FLAGS_RESERVED) != 0) {
            throw corrupt("reserved flags are set: %02x".formatted(flags));
        }
        for (int i = 0; i < 6; i++) {
            headerByte(); // time, extra flags, operating system
        }
        if ((flags & FLAG_EXTRA) != 0) {
            int length = headerByte() | headerByte() << 8;
            for (int i = 0; i < length; i++) {
                headerByte();
            }
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText("name");
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText("comment");
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            long expected = headerCrc.getValue() & 0xffff;
            int found = headerByte() | headerByte() << 8;
            if (found != expected) {
                throw corrupt("the header's checksum is %04x, expected %04x".formatted(found, expected));
            }
        }
        inMember = true;
    }

    private void skipText(String what) throws IOException {
        for (int i = 0; i < TEXT_BYTES_MAX; i++) {
            if (headerByte() == 0) {
                return;
            }
        }
        throw corrupt("the %s in the header is longer than %d bytes".formatted(what, TEXT_BYTES_MAX));
    }

    private int headerByte() throws IOException {
        int value = in.read();
        if (value < 0) {
            throw corrupt("ends in the middle of a member's header");
        }
        headerCrc.update(value);
        return value;
    }

    private long readInt() throws IOException {
        long value = 0;
        for (int i = 0; i < 4; i++) {
            int next = in.read();
            if (next < 0) {
                throw corrupt("ends in the middle of a member's trailer");
            }
            value |= (long) next << (8 * i);
        }
        return value;
    }

    private CorruptCompressionException corrupt(String reason) {
        return new CorruptCompressionException(Compression.GZIP, in.position(), reason);
    }

    @Override
    public void close() {
        inflater.end();
    }
}
