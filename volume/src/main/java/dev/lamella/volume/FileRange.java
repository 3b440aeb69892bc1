package dev.lamella.volume;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file as a stream. Closing does nothing: the file belongs to somebody else. Buffer it. For one thread. */
final class FileRange extends InputStream {

    private final FileChannel file;
    private final long end;
    private long position;

    FileRange(FileChannel file, long offset, long sizeBytes) {
        this.file = file;
        this.position = offset;
        this.end = offset + sizeBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position >= end) {
            return -1;
        }
        int wanted = (int) Math.min(length, end - position);
        int count = file.read(ByteBuffer.wrap(target, offset, wanted), position);
        position += Math.max(0, count);
        return count;
    }
}
