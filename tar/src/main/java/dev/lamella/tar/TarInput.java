package dev.lamella.tar;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** The tar stream with its position; large bodies pass through one buffer. */
final class TarInput {

    static final int BLOCK_BYTES = 512;
    private static final int BUFFER_BYTES = 1 << 17;

    private final InputStream in;
    private final long bytesMax;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int start;
    private int end;
    private long position;
    private EntryPosition where = EntryPosition.START;

    TarInput(InputStream in, long bytesMax) {
        this.in = in;
        this.bytesMax = bytesMax;
    }

    /** Returns the offset of the next byte in the tar. */
    long position() {
        return position;
    }

    /** Names the entry that errors are about from now on. */
    void enter(EntryPosition entry) {
        where = entry;
    }

    /** Reads as many bytes as asked for, or fewer only where the stream ends; returns their number. */
    int read(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length && available()) {
            int count = Math.min(length - done, end - start);
            System.arraycopy(buffer, start, target, offset + done, count);
            consume(count);
            done += count;
        }
        return done;
    }

    /** Reads exactly so many bytes. */
    byte[] readExactly(int length) throws IOException {
        var bytes = new byte[length];
        if (read(bytes, 0, length) < length) {
            throw truncated();
        }
        return bytes;
    }

    /** Passes over so many bytes. */
    void skipExactly(long length) throws IOException {
        if (skip(length) < length) {
            throw truncated();
        }
    }

    /** Passes over exactly so many bytes and hashes them. */
    void hashExactly(long length, MessageDigest hash) throws IOException {
        for (long left = length; left > 0; ) {
            if (!available()) {
                throw truncated();
            }
            int count = (int) Math.min(left, end - start);
            hash.update(buffer, start, count);
            consume(count);
            left -= count;
        }
    }

    /** Passes over the zero to 511 bytes up to the next block; the last entry of a tar may lack them. */
    void skipPadding() throws IOException {
        skip(Math.floorMod(-position, BLOCK_BYTES));
    }

    /** Reads to the end of the stream. */
    void drain() throws IOException {
        while (available()) {
            consume(end - start);
        }
    }

    private long skip(long length) throws IOException {
        long done = 0;
        while (done < length && available()) {
            int count = (int) Math.min(length - done, end - start);
            consume(count);
            done += count;
        }
        return done;
    }

    private void consume(int count) {
        start += count;
        position += count;
    }

    private boolean available() throws IOException {
        while (start == end) {
            int count = in.read(buffer, 0, buffer.length);
            if (count < 0) {
                return false;
            }
            start = 0;
            end = count;
            where.check("tarBytesMax", position + count, bytesMax);
        }
        return true;
    }

    TarFormatException truncated() {
        return where.malformed("the tar ends inside this entry, after %d bytes".formatted(position));
    }
}
