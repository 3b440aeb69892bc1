package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Inflater;

/**
 * A blob's bytes through one large buffer, hashed and counted as they come. Closing does nothing: the source belongs
 * to the caller. For one thread.
 */
final class BlobInput extends InputStream {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final InputStream in;
    private final LayerSource source;
    private final BlobTap tap;
    private final MessageDigest hash;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int start;
    private int end;
    private volatile long received; // read by the building thread for its listener

    BlobInput(InputStream in, LayerSource source, BlobTap tap) {
        this.in = in;
        this.source = source;
        this.tap = tap;
        this.hash = source.blobDigest().newMessageDigest();
    }

    /** Returns the number of bytes received from the source. */
    long received() {
        return received;
    }

    /** Returns the offset of the next byte in the blob. */
    long position() {
        return received - (end - start);
    }

    /** Returns up to so many of the next bytes and leaves them in place; fewer only if the blob ends. */
    byte[] peek(int count) throws IOException {
        while (end - start < count) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
            if (!receive()) {
                break;
            }
        }
        return Arrays.copyOfRange(buffer, start, Math.min(end, start + count));
    }

    @Override
    public int read() throws IOException {
        return start == end && !fill() ? -1 : buffer[start++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (start == end && !fill()) {
            return -1;
        }
        int count = Math.min(length, end - start);
        System.arraycopy(buffer, start, target, offset, count);
        start += count;
        return count;
    }

    /** Lends the buffer: sets an inflater's input to all bytes at hand. Returns false at the end of the blob. */
    boolean lendTo(Inflater inflater) throws IOException {
        if (start == end && !fill()) {
            return false;
        }
        inflater.setInput(buffer, start, end - start);
        start = end;
        return true;
    }

    /** Takes back the last so many bytes lent. */
    void takeBack(int count) {
        start -= count;
    }

    /** Reads what is left of the blob and checks its size and digest. */
    void finish() throws IOException {
        do {
            start = end;
        } while (fill());
        if (received != source.blobSizeBytes()) {
            throw new BlobSizeMismatchException(source.blobDigest(), source.blobSizeBytes(), received);
        }
        var actual = new Digest(source.blobDigest().algorithm(), HexFormat.of().formatHex(hash.digest()));
        if (!actual.equals(source.blobDigest())) {
            throw new BlobDigestMismatchException(source.blobDigest(), actual);
        }
    }

    private boolean fill() throws IOException {
        start = 0;
        end = 0;
        return receive();
    }

    private boolean receive() throws IOException {
        int count;
        do {
            count = in.read(buffer, end, buffer.length - end);
        } while (count == 0);
        if (count < 0) {
            return false;
        }
        hash.update(buffer, end, count);
        tap.take(received, buffer, end, count);
        end += count;
        long total = received + count;
        received = total;
        if (total > source.blobSizeBytes()) {
            throw new BlobSizeMismatchException(source.blobDigest(), source.blobSizeBytes(), total);
        }
        return true;
    }
}
