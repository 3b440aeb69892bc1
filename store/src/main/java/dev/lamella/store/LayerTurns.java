package dev.lamella.store;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns of publishers, of whatever process or machine, that want the same layer at the same time, so that it is downloaded once. Without them
 * nothing breaks, as volumes are published by rename; the work is done twice.
 *
 * <p>A turn is a lock of one byte of one file, at a place that the blob's digest says: it goes with the process, and leaves nothing
 * behind. Thread-safe.
 */
final class LayerTurns {

    private static final Logger LOG = LoggerFactory.getLogger(LayerTurns.class);
    private static final long POLL_MILLIS = 25;

    /** POSIX locks end when any descriptor of the file is closed by the process: there is one for each store, and it stays open. */
    private static final ConcurrentHashMap<Path, FileChannel> OPEN = new ConcurrentHashMap<>();

    private LayerTurns() {}

    /**
     * Waits for a turn.
     *
     * @return what ends it; nothing if it was not to be had in time, or the file system has no locks
     */
    static Optional<FileLock> take(Path file, Digest blobDigest, long waitMillis) throws InterruptedIOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        long place = Long.parseUnsignedLong(blobDigest.hex().substring(0, 15), 16);
        try {
            FileChannel channel = open(file);
            while (true) {
                Optional<FileLock> lock = attempt(channel, place);
                if (lock.isPresent() || System.nanoTime() - deadline > 0) {
                    return lock;
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another publisher has the turn for blob " + blobDigest);
        } catch (IOException e) {
            LOG.debug("{}: no turns: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private static FileChannel open(Path file) throws IOException {
        Path real = Draft.parentOf(file).toRealPath().resolve(file.getFileName());
        FileChannel known = OPEN.get(real);
        if (known != null && known.isOpen()) {
            return known;
        }
        synchronized (OPEN) {
            FileChannel there = OPEN.get(real);
            if (there == null || !there.isOpen()) {
                there = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                OPEN.put(real, there);
            }
            return there;
        }
    }

    private static Optional<FileLock> attempt(FileChannel channel, long place) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(place, 1, false));
        } catch (OverlappingFileLockException _) {
            return Optional.empty(); // another thread of this process
        }
    }
}
