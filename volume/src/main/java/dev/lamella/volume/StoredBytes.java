package dev.lamella.volume;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a layer that cannot be used where they lie in the tar, in a temporary file until the index takes
 * them. Most layers have
 * none, and then there is no file. For one thread.
 */
final class StoredBytes extends OutputStream {

    private final Path file;
    private @Nullable FileSink sink;

    StoredBytes(Path file) {
        this.file = file;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        FileSink out = sink;
        if (out == null) {
            out = new FileSink(file);
            sink = out;
        }
        out.write(bytes, offset, length);
    }

    /** Returns the bytes, mapped as long as the arena lives. */
    MemorySegment map(Arena arena) throws IOException {
        FileSink written = sink;
        if (written == null) {
            return MemorySegment.NULL;
        }
        written.flush();
        return written.channel().map(FileChannel.MapMode.READ_ONLY, 0, written.written(), arena);
    }

    /** Removes the file. */
    @Override
    public void close() throws IOException {
        FileSink written = sink;
        if (written != null) {
            written.close();
            Files.deleteIfExists(file);
        }
    }
}
