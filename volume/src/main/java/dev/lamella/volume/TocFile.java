package dev.lamella.volume;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.lamella.toc.BlobPart;
import dev.lamella.toc.TocException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The compressed TOC of a zstd:chunked blob in a temporary file, once it has passed. */
final class TocFile implements AutoCloseable {

    static final String FILE = "toc.tmp";

    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileSink file;

    TocFile(Path directory) throws IOException {
        file = new FileSink(directory.resolve(FILE));
    }

    /** Returns what takes the compressed bytes. */
    OutputStream sink() {
        return file;
    }

    /** Opens what was taken, decompressed; reading fails unless there are as many bytes as promised. */
    InputStream open(BlobPart promised) throws IOException {
        file.flush();
        var compressed = new BufferedInputStream(new FileRange(file.channel(), 0, file.written()), BUFFER_BYTES);
        return new BufferedInputStream(
                new Promised(new ZstdInputStreamNoFinalizer(compressed), promised.uncompressedSizeBytes()),
                BUFFER_BYTES);
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(file.file());
    }

    /** Decompressed bytes of a promised number, so that a bomb is found out when it is one byte too large. */
    private static final class Promised extends InputStream {

        private static final String WHERE = "compressed TOC";

        private final InputStream in;
        private final long sizeBytes;
        private long passed;

        Promised(InputStream in, long sizeBytes) {
            this.in = in;
            this.sizeBytes = sizeBytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count;
            try {
                count = in.read(target, offset, length);
            } catch (ZstdIOException e) {
                var corrupt =
                        new TocException(WHERE, "corrupt zstd after %d bytes: %s".formatted(passed, e.getMessage()));
                corrupt.initCause(e);
                throw corrupt;
            }
            passed += Math.max(0, count);
            if (passed > sizeBytes || (count < 0 && passed < sizeBytes)) {
                throw new TocException(
                        WHERE,
                        "it decompresses to %s %d bytes, but the annotation says %d"
                                .formatted(count < 0 ? "only" : "at least", passed, sizeBytes));
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
