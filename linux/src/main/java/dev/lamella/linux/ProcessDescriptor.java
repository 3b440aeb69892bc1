package dev.lamella.linux;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A process by a descriptor of it: whatever is done reaches this very process or none, even when its number has been
 * given to another meanwhile. May be used by many threads; who closes it must know that none does so any more.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
 */
public final class ProcessDescriptor implements AutoCloseable {

    /** Ends a process; it cannot help it. */
    public static final int SIGKILL = 9;

    private static final int ENVIRONMENT_BYTES_MAX = 64 * 1024;
    private static final int ENVIRONMENT_LOOKS = 10;
    private static final Duration ENVIRONMENT_PAUSE = Duration.ofMillis(10);
    private static final int POLL_MILLIS_MAX = 1_000;

    private final long pid;
    private final Descriptor descriptor;

    private ProcessDescriptor(long pid, Descriptor descriptor) {
        this.pid = pid;
        this.descriptor = descriptor;
    }

    /** Returns the process that has a number now, if there is one. */
    public static Optional<ProcessDescriptor> open(long pid) throws LinuxException {
        if (pid <= 0 || pid > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        try {
            int number = (int) Libc.PIDFD_OPEN.call("process " + pid, (int) pid, 0);
            return Optional.of(new ProcessDescriptor(pid, Descriptor.adopt(number, "process " + pid)));
        } catch (LinuxException e) {
            // The last two: the number is that of a thread.
            if (e.errno() == Errno.ESRCH || e.errno() == Errno.EINVAL || e.errno() == Errno.ENOENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Returns the process's number, which is another's once it has ended and been waited for. */
    public long pid() {
        return pid;
    }

    /**
     * Returns a descriptor of the same open file that the process has open. Needs the permission to trace it.
     *
     * @param number the process's own of it
     * @throws LinuxException {@link Errno#ESRCH}: it has ended; {@link Errno#EBADF}: it has no such descriptor;
     *     {@link Errno#EPERM}: it may not be traced
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_getfd.2.html">pidfd_getfd(2)</a>
     */
    public Descriptor takeDescriptor(int number) throws LinuxException {
        String what = "descriptor %d of process %d".formatted(number, pid);
        return Descriptor.adopt((int) Libc.PIDFD_GETFD.call(what, descriptor.number(), number, 0), what);
    }

    /**
     * Returns the variables the process was started with, as {@code NAME=value}; none if it has ended or may not be
     * looked at. Of at most 64 KiB of them. While a program is being put in the place of another, the kernel knows of
     * none: that is waited for, for a tenth of a second at most.
     */
    public Set<String> environment() throws LinuxException {
        String text = readEnvironment();
        for (int looks = 0; text.isEmpty() && looks < ENVIRONMENT_LOOKS && !awaitEnd(ENVIRONMENT_PAUSE); looks++) {
            text = readEnvironment();
        }
        return text.isEmpty() ? Set.of() : new HashSet<>(List.of(text.split("\0", -1)));
    }

    private String readEnvironment() {
        try (InputStream file = Files.newInputStream(Path.of("/proc", Long.toString(pid), "environ"))) {
            return new String(file.readNBytes(ENVIRONMENT_BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException _) {
            return "";
        }
    }

    /**
     * Sends a signal; nothing happens if the process has ended.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html">pidfd_send_signal(2)</a>
     */
    public void signal(int signal) throws LinuxException {
        try {
            Libc.PIDFD_SEND_SIGNAL.call("process " + pid, descriptor.number(), signal, MemorySegment.NULL, 0);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /** Returns whether the process has ended. */
    public boolean hasEnded() throws LinuxException {
        return awaitEnd(Duration.ZERO);
    }

    /** Waits until the process has ended, waited for or not; returns whether it did in time. */
    public boolean awaitEnd(Duration timeout) throws LinuxException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            long leftMillis = Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
            try {
                if (descriptor.poll(Descriptor.POLLIN, (int) Math.min(leftMillis, POLL_MILLIS_MAX)) != 0) {
                    return true;
                }
            } catch (LinuxException e) {
                if (e.errno() != Errno.EINTR) {
                    throw e;
                }
            }
            if (leftMillis == 0) {
                return false;
            }
        }
    }

    @Override
    public void close() throws LinuxException {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "process " + pid;
    }
}
