package dev.lamella.volume;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A new file written in large pieces, synced by {@link #sync}. For one thread. */
final class FileSink extends OutputStream {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private long written;

    FileSink(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Returns the number of bytes written so far. */
    long written() {
        return written;
    }

    Path file() {
        return file;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        written += length;
        if (length > BUFFER_BYTES - buffered) {
            flush();
        }
        if (length >= BUFFER_BYTES) {
            DurableFiles.writeFully(channel, ByteBuffer.wrap(bytes, offset, length), file);
        } else {
            System.arraycopy(bytes, offset, buffer, buffered, length);
            buffered += length;
        }
    }

    @Override
    public void flush() throws IOException {
        DurableFiles.writeFully(channel, ByteBuffer.wrap(buffer, 0, buffered), file);
        buffered = 0;
    }

    /** Appends all of another file. */
    void append(FileSink other) throws IOException {
        other.flush();
        flush();
        for (long at = 0; at < other.written; ) {
            try {
                at += other.channel.transferTo(at, other.written - at, channel);
            } catch (IOException e) {
                throw DurableFiles.explain(e, file, other.written - at);
            }
        }
        written += other.written;
    }

    /** Returns the channel, for reading what was flushed. */
    FileChannel channel() {
        return channel;
    }

    /** Writes what is buffered and waits until the disk has it. */
    void sync() throws IOException {
        flush();
        try {
            channel.force(true);
        } catch (IOException e) {
            throw DurableFiles.explain(e, file, 0); // where blocks are only chosen when they go to the disk
        }
    }

    /** Closes the file; what is still buffered is lost. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
