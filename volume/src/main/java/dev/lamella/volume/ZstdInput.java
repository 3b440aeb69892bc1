package dev.lamella.volume;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads zstd: any number of frames, skippable ones too. A frame may ask for a window of up to 128 MiB, the limit of
 * the reference
 * implementation.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8878">RFC 8878</a>
 */
final class ZstdInput extends InputStream {

    private final BlobInput blob;
    private final ZstdInputStreamNoFinalizer in;

    ZstdInput(BlobInput blob) throws IOException {
        this.blob = blob;
        this.in = new ZstdInputStreamNoFinalizer(blob);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return in.read(target, offset, length);
        } catch (ZstdIOException e) {
            var corrupt = new CorruptCompressionException(
                    Compression.ZSTD, blob.position(), "in the block that ends here: " + e.getMessage());
            corrupt.initCause(e);
            throw corrupt;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
