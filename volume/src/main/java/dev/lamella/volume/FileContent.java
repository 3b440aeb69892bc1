package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import dev.lamella.toc.TarContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/**
 * A tar in a file.
 *
 * @param file the file, open for reading
 */
record FileContent(FileChannel file) implements TarContent {

    private static final int BUFFER_BYTES = 128 * 1024;

    @Override
    public Digest sha256(long offset, long sizeBytes) throws IOException {
        MessageDigest hash = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = new FileRange(file, offset, sizeBytes)) {
            for (long left = sizeBytes; left > 0; ) {
                int count = in.read(buffer, 0, buffer.length);
                if (count < 0) {
                    throw new EOFException("the tar ends %d bytes early".formatted(left));
                }
                hash.update(buffer, 0, count);
                left -= count;
            }
        }
        return Digest.ofSha256(hash.digest());
    }
}
