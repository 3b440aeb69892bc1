package dev.lamella.erofs;

import dev.lamella.filetree.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Little-endian output that knows its offset in the image. */
final class ImageOutput {

    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final byte[] bytes = new byte[BUFFER_BYTES];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private long flushedTo;

    /** Begins at an offset of the image. */
    ImageOutput(OutputStream out, long offset) {
        this.out = out;
        this.flushedTo = offset;
    }

    long position() {
        return flushedTo + buffer.position();
    }

    void putByte(int value) throws IOException {
        room(Byte.BYTES).put((byte) value);
    }

    void putShort(int value) throws IOException {
        room(Short.BYTES).putShort((short) value);
    }

    void putInt(int value) throws IOException {
        room(Integer.BYTES).putInt(value);
    }

    void putLong(long value) throws IOException {
        room(Long.BYTES).putLong(value);
    }

    void put(ByteString bytes) throws IOException {
        if (bytes.length() <= BUFFER_BYTES) {
            ByteBuffer room = room(bytes.length());
            bytes.copyTo(this.bytes, room.position());
            room.position(room.position() + bytes.length());
        } else {
            throw new IllegalArgumentException("longer than any name, target or value: " + bytes.length());
        }
    }

    void put(MemorySegment bytes) throws IOException {
        long done = 0;
        while (done < bytes.byteSize()) {
            ByteBuffer room = room(1);
            int part = (int) Math.min(room.remaining(), bytes.byteSize() - done);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, done, this.bytes, room.position(), part);
            room.position(room.position() + part);
            done += part;
        }
    }

    void zeros(long count) throws IOException {
        for (long left = count; left > 0; ) {
            ByteBuffer room = room(1);
            int part = (int) Math.min(room.remaining(), left);
            Arrays.fill(this.bytes, room.position(), room.position() + part, (byte) 0);
            room.position(room.position() + part);
            left -= part;
        }
    }

    /** Fills with zeros up to the next multiple of a power of two. */
    void align(int powerOfTwo) throws IOException {
        zeros(Block.align(position(), powerOfTwo) - position());
    }

    /** Fills with zeros up to an offset that is not behind the present one. */
    void padTo(long offset) throws IOException {
        if (offset < position()) {
            throw new IllegalStateException("layout goes back from %d to %d".formatted(position(), offset));
        }
        zeros(offset - position());
    }

    void flush() throws IOException {
        out.write(this.bytes, 0, buffer.position());
        flushedTo += buffer.position();
        buffer.clear();
        out.flush();
    }

    private ByteBuffer room(int count) throws IOException {
        if (buffer.remaining() < count) {
            out.write(this.bytes, 0, buffer.position());
            flushedTo += buffer.position();
            buffer.clear();
        }
        return buffer;
    }
}
