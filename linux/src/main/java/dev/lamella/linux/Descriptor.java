package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file descriptor for those who read and write it all the time, in native memory.
 *
 * <p>What reads and writes returns a count, or the negative error number: {@code -Errno.EINTR} is nothing to make an
 * exception for. May be used by several threads at once; who closes it must know that none does so any more.
 */
public final class Descriptor implements AutoCloseable {

    private static final MethodHandle READ = NativeCall.function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE = NativeCall.function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITEV = NativeCall.function("writev", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    static final int F_DUPFD_CLOEXEC = 1030;

    /** For {@link #poll}: there is something to read, or the end of it. */
    public static final int POLLIN = 1;
    /** From {@link #poll}: what the descriptor led to is gone. */
    public static final int POLLERR = 8;

    private final int number;
    private final String name;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Descriptor(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** Opens a device for reading and writing. */
    public static Descriptor device(Path path) throws LinuxException {
        return device(path, 0);
    }

    /** Opens a device for reading and writing; reading does not wait but says {@code -Errno.EAGAIN}. */
    public static Descriptor deviceWithoutWaiting(Path path) throws LinuxException {
        return device(path, O_NONBLOCK);
    }

    private static Descriptor device(Path path, int flags) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long number = Libc.OPEN.call(path.toString(), Libc.string(arena, path), O_RDWR | O_CLOEXEC | flags, 0);
            return new Descriptor((int) number, path.toString());
        }
    }

    /**
     * Takes over a descriptor that somebody else opened; it is closed with this object.
     *
     * @param number the descriptor, of this process
     * @param name what it is, for messages
     */
    public static Descriptor adopt(int number, String name) {
        if (number < 0) {
            throw new IllegalArgumentException("descriptor " + number);
        }
        return new Descriptor(number, name);
    }

    /**
     * The two ends of a pipe.
     *
     * @param reading where it comes out
     * @param writing where it goes in
     */
    public record Pipe(Descriptor reading, Descriptor writing) implements AutoCloseable {
        @Override
        public void close() throws LinuxException {
            try {
                reading.close();
            } finally {
                writing.close();
            }
        }
    }

    /** Makes a pipe; see pipe(7). */
    public static Pipe pipe(String name) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            Libc.PIPE2.call(name, ends, O_CLOEXEC);
            return new Pipe(
                    new Descriptor(ends.getAtIndex(JAVA_INT, 0), name),
                    new Descriptor(ends.getAtIndex(JAVA_INT, 1), name));
        }
    }

    /** Returns another descriptor of the same open file. */
    public Descriptor duplicate() throws LinuxException {
        return new Descriptor((int) Libc.FCNTL_INT.call(name, number, F_DUPFD_CLOEXEC, 0L), name);
    }

    /** Returns the descriptor's number, valid until {@link #close}. */
    public int number() {
        return number;
    }

    /** Reads into memory, at the file's own position. */
    public long read(MemorySegment target) {
        return NativeCall.result(state -> (long) READ.invokeExact(state, number, target, target.byteSize()));
    }

    /** Writes from memory, at the file's own position. */
    public long write(MemorySegment source) {
        return NativeCall.result(state -> (long) WRITE.invokeExact(state, number, source, source.byteSize()));
    }

    /**
     * Writes several pieces as one.
     *
     * @param vector an array of {@code struct iovec}, address and length of each piece; the memory it names must stay
     *     alive
     * @param count number of pieces
     */
    public long write(MemorySegment vector, int count) {
        return NativeCall.result(state -> (long) WRITEV.invokeExact(state, number, vector, count));
    }

    /**
     * Asks the device something of its own; see ioctl(2).
     *
     * @return its answer, never negative
     */
    public int control(long request, MemorySegment argument) throws LinuxException {
        return (int) Libc.IOCTL.call(name, number, request, argument);
    }

    /**
     * Waits until something is so; see poll(2).
     *
     * @param events what to wait for, {@link #POLLIN}
     * @param timeoutMillis how long, 0 for just looking
     * @return what is so, {@link #POLLERR} even if not asked for; 0 if the time is over
     * @throws LinuxException {@link Errno#EINTR} if a signal came meanwhile
     */
    public int poll(int events, int timeoutMillis) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4); // struct pollfd: fd s32, events s16, revents s16
            poll.set(JAVA_INT, 0, number);
            poll.set(JAVA_SHORT, 4, (short) events);
            Libc.POLL.call(name, poll, 1L, timeoutMillis);
            return poll.get(JAVA_SHORT, 6);
        }
    }

    @Override
    public void close() throws LinuxException {
        if (open.compareAndSet(true, false)) {
            Libc.CLOSE.call(name, number);
        }
    }

    @Override
    public String toString() {
        return name + " (descriptor " + number + ")";
    }
}
