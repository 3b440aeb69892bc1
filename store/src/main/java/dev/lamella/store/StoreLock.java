package dev.lamella.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock that keeps a removal from racing a publication, between threads, processes and machines. Readers never
 * take it. It goes
 * with the process that holds it.
 */
final class StoreLock implements AutoCloseable {

    private static final long POLL_MILLIS = 20;

    /**
     * File locks belong to the process, so its threads need another lock before. Never shrinks: one per store of the
     * process.
     */
    private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final FileChannel channel;

    private StoreLock(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /**
     * Waits for the lock.
     *
     * @throws StoreBusyException if it is not free in time
     */
    static StoreLock take(Path file, long waitMillis) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        try {
            Path real = Draft.parentOf(file).toRealPath().resolve(file.getFileName());
            ReentrantLock threads = THREADS.computeIfAbsent(real, _ -> new ReentrantLock());
            if (!threads.tryLock(waitMillis, TimeUnit.MILLISECONDS)) {
                throw new StoreBusyException(file, waitMillis);
            }
            boolean taken = false;
            FileChannel channel = null;
            try {
                channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                while (channel.tryLock() == null) {
                    if (System.nanoTime() - deadline > 0) {
                        throw new StoreBusyException(file, waitMillis);
                    }
                    Thread.sleep(POLL_MILLIS);
                }
                taken = true;
                return new StoreLock(threads, channel);
            } finally {
                if (!taken) {
                    if (channel != null) {
                        channel.close();
                    }
                    threads.unlock();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + file);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            threads.unlock();
        }
    }
}
