package dev.lamella.generator;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/**
 * So many bytes a second, shared by all the streams that are read through it. Who reads faster waits; bytes that were not read when they
 * might have been are kept for a quarter of a second, so that short pauses cost nothing. Thread-safe.
 */
public final class Bandwidth {

    /** As fast as it goes. */
    public static final Bandwidth UNLIMITED = new Bandwidth(Long.MAX_VALUE);

    /** Small enough that several streams take turns, and that nobody waits long in one read. */
    private static final int PIECE_BYTES_MAX = 64 << 10;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long KEPT_NANOS = SECOND_NANOS / 4;

    private final long bytesPerSecond;
    private long freeAtNanos = System.nanoTime() - KEPT_NANOS;

    private Bandwidth(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /**
     * Returns a new share of the network.
     *
     * @param bytesPerSecond from 1
     */
    public static Bandwidth of(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("%d bytes a second".formatted(bytesPerSecond));
        }
        return new Bandwidth(bytesPerSecond);
    }

    /** Returns the stream, read no faster than this. */
    InputStream limit(InputStream stream) {
        return bytesPerSecond == Long.MAX_VALUE ? stream : new Limited(stream);
    }

    /** Books bytes that were read, and returns how long their reader is to wait. */
    private synchronized long book(int bytes) {
        long now = System.nanoTime();
        if (freeAtNanos - now < -KEPT_NANOS) {
            freeAtNanos = now - KEPT_NANOS;
        }
        freeAtNanos += (long) (bytes * ((double) SECOND_NANOS / bytesPerSecond));
        return freeAtNanos - now;
    }

    private final class Limited extends FilterInputStream {

        Limited(InputStream stream) {
            super(stream);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) {
                pause(1);
            }
            return read;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, Math.min(length, PIECE_BYTES_MAX));
            if (read > 0) {
                pause(read);
            }
            return read;
        }

        private void pause(int bytes) throws InterruptedIOException {
            long waitNanos = book(bytes);
            if (waitNanos > 0) {
                try {
                    TimeUnit.NANOSECONDS.sleep(waitNanos);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while waiting for bandwidth");
                }
            }
        }
    }
}
