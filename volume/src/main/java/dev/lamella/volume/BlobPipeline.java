package dev.lamella.volume;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives, hashes and decompresses a blob in a thread of its own, a few buffers ahead of the thread that takes the
 * data. The
 * buffers go round and are never more than {@value #CHUNKS}.
 *
 * <p>An error of the blob comes to the taker in its place in the stream. Closing ends the thread: it is interrupted,
 * and the blob is
 * closed so that a pending read returns.
 */
final class BlobPipeline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BlobPipeline.class);
    private static final int CHUNKS = 6;
    private static final int CHUNK_BYTES = 512 * 1024;
    private static final long END_WAIT_MILLIS = 30_000;

    /** A buffer that goes round; the end of the data is one without bytes. */
    static final class Chunk {
        private final byte[] bytes = new byte[CHUNK_BYTES];
        private int length;

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }
    }

    private final InputStream blob;
    private final BlobInput input;
    private final LayerLimits limits;
    private final GzipMembers gzipMembers = new GzipMembers();
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(CHUNKS);
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(CHUNKS + 1); // never blocks
    private final Chunk last = new Chunk();
    private final Thread thread;
    private volatile Optional<Compression> compression = Optional.empty();
    private volatile @Nullable Throwable failure;
    private boolean ended;

    BlobPipeline(InputStream blob, LayerSource source, LayerLimits limits, BlobTap tap) {
        this.blob = blob;
        this.input = new BlobInput(blob, source, tap);
        this.limits = limits;
        for (int i = 0; i < CHUNKS; i++) {
            free.add(new Chunk());
        }
        thread = Thread.ofPlatform()
                .daemon()
                .name("layer-" + source.diffId().hex().substring(0, 12))
                .start(this::run);
    }

    /** Returns the next data; empty once all of it was taken and the blob's size and digest were found right. */
    Optional<Chunk> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        Chunk chunk;
        try {
            chunk = full.take();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a layer was built");
        }
        if (chunk != last) {
            return Optional.of(chunk);
        }
        ended = true;
        Throwable cause = failure;
        return switch (cause) {
            case null -> Optional.empty();
            case IOException e -> throw e;
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IOException(cause);
        };
    }

    /** Gives a buffer back. */
    void recycle(Chunk chunk) {
        free.add(chunk);
    }

    /** Returns the number of bytes of the blob received so far. */
    long received() {
        return input.received();
    }

    /** Returns how the blob is compressed; known as soon as there was data or the end. */
    Compression compression() {
        return compression.orElseThrow();
    }

    /** Returns where the last members of a gzip blob begin; known at the end. */
    GzipMembers gzipMembers() {
        return gzipMembers;
    }

    private void run() {
        try {
            decompress();
            input.finish();
        } catch (CorruptCompressionException | UnknownCompressionException e) {
            failure = moreLikelyCause(e);
        } catch (Throwable e) {
            failure = e;
        } finally {
            full.add(last);
        }
    }

    private void decompress() throws IOException, InterruptedException {
        Compression found = Decompression.sniff(input);
        compression = Optional.of(found);
        long total = 0;
        try (InputStream data = Decompression.open(input, found, gzipMembers)) {
            while (true) {
                Chunk chunk = free.take();
                chunk.length = data.readNBytes(chunk.bytes, 0, CHUNK_BYTES);
                if (chunk.length == 0) {
                    return;
                }
                total += chunk.length;
                requireWithinLimits(total);
                full.add(chunk);
            }
        }
    }

    private void requireWithinLimits(long total) throws LimitExceededException {
        if (total > limits.dataSizeBytesMax()) {
            throw new LimitExceededException("dataSizeBytesMax", limits.dataSizeBytesMax(), total);
        }
        long beyond = total - limits.ratioFreeBytes();
        if (beyond > 0 && beyond / limits.ratioMax() > input.received()) {
            throw new LimitExceededException("ratioMax", limits.ratioMax(), total / Math.max(1, input.received()));
        }
    }

    /**
     * Bytes that are no gzip, zstd or tar are often not the blob at all, but an error page or a torn download: look
     * at the digest.
     */
    private IOException moreLikelyCause(IOException corrupt) {
        try {
            input.finish();
            return corrupt;
        } catch (IOException e) {
            e.addSuppressed(corrupt);
            return e;
        }
    }

    @Override
    public void close() {
        if (ended && !thread.isAlive()) {
            return;
        }
        thread.interrupt();
        try {
            if (!ended) {
                blob.close();
            }
        } catch (IOException e) {
            LOG.debug("closing an unfinished blob: {}", e.toString());
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_WAIT_MILLIS);
        while (thread.isAlive() && System.nanoTime() - deadline < 0) {
            try {
                thread.join(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) + 1);
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (thread.isAlive()) {
            LOG.warn(
                    "{}: still waits for its blob, whose source answers neither interruption nor closing",
                    thread.getName());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
