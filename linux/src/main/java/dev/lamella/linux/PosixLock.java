package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An exclusive lock of a whole file between processes, the classic record lock of POSIX.
 *
 * <p>Such locks belong to the process, and closing <em>any</em> descriptor of the file drops them. So within this process a second
 * holder waits for the first, and the locked file is read and written through {@link #file()} only.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl_locking.2.html">fcntl_locking(2)</a>
 */
public final class PosixLock implements AutoCloseable {

    private static final int F_SETLK = 6;
    private static final short F_WRLCK = 1;
    private static final int FLOCK_BYTES = 32;
    private static final long POLL_MILLIS_MAX = 50;

    private static final ConcurrentMap<Path, Semaphore> IN_PROCESS = new ConcurrentHashMap<>();

    private final OpenFile file;
    private final Semaphore mutex;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private PosixLock(OpenFile file, Semaphore mutex) {
        this.file = file;
        this.mutex = mutex;
    }

    /**
     * Locks a file for writing, making it if it is missing. Any thread may close it; none may take it twice.
     *
     * @param path the file
     * @param permissions of the file, if it is made
     * @param timeout how long to wait for another holder
     * @throws LockTimeoutException if the other holder does not let go in time
     * @throws LinuxException if the file cannot be opened or locked at all
     */
    public static PosixLock exclusive(Path path, int permissions, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        Semaphore mutex = IN_PROCESS.computeIfAbsent(path.toAbsolutePath().normalize(), _ -> new Semaphore(1, true));
        try {
            if (!mutex.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new LockTimeoutException(path, timeout);
            }
        } catch (InterruptedException _) {
            throw interrupted(path);
        }
        OpenFile file = null;
        try {
            file = OpenFile.orCreate(path, permissions);
            lock(file, path, deadline, timeout);
            return new PosixLock(file, mutex);
        } catch (IOException | RuntimeException e) {
            if (file != null) {
                file.close();
            }
            mutex.release();
            throw e;
        }
    }

    private static void lock(OpenFile file, Path path, long deadline, Duration timeout) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment flock = arena.allocate(FLOCK_BYTES, 8); // l_type, l_whence, l_start, l_len, l_pid
            flock.set(JAVA_SHORT, 0, F_WRLCK);
            flock.set(JAVA_LONG, 16, 0); // to the end of the file, however long it grows
            for (long pauseMillis = 1; ; pauseMillis = Math.min(POLL_MILLIS_MAX, pauseMillis * 2)) {
                try {
                    Libc.FCNTL.call(path.toString(), file.descriptor(), F_SETLK, flock);
                    return;
                } catch (LinuxException e) {
                    if (e.errno() != Errno.EAGAIN && e.errno() != Errno.EACCES) {
                        throw e;
                    }
                }
                if (System.nanoTime() - deadline >= 0) {
                    throw new LockTimeoutException(path, timeout);
                }
                try {
                    Thread.sleep(pauseMillis);
                } catch (InterruptedException _) {
                    throw interrupted(path);
                }
            }
        }
    }

    private static IOException interrupted(Path path) {
        Thread.currentThread().interrupt();
        return new IOException("interrupted while waiting for the lock " + path);
    }

    /** Returns the locked file. */
    public OpenFile file() {
        return file;
    }

    @Override
    public void close() throws LinuxException {
        if (held.compareAndSet(true, false)) {
            try {
                file.close();
            } finally {
                mutex.release();
            }
        }
    }
}
