package dev.lamella.client;

import java.io.IOException;
import java.io.InputStream;

/**
 * A body in chunks.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding">RFC 9112, section 7.1</a>
 */
final class ChunkedInput extends InputStream {

    private static final int SIZE_DIGITS_MAX = 8;

    private final InputStream in;
    private long left;
    private boolean begun;
    private boolean ended;

    ChunkedInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int read = in.read(into, from, (int) Math.min(left, length));
        if (read < 0) {
            throw new IOException("the connection broke off within a chunk");
        }
        left -= read;
        return read;
    }

    private void nextChunk() throws IOException {
        if (begun && !UnixTransport.line(in).isEmpty()) {
            throw new IOException("a chunk that is longer than it says");
        }
        begun = true;
        String size = UnixTransport.line(in).split(";", 2)[0].strip();
        if (size.isEmpty() || size.length() > SIZE_DIGITS_MAX || !size.matches("[0-9a-fA-F]+")) {
            throw new IOException("a chunk without a size");
        }
        left = Long.parseLong(size, 16);
        ended = left == 0;
    }
}
