package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A thread of the operating system that may be stuck in a system call, and can be got out of it: the call fails with
 * {@link Errno#EINTR}.
 *
 * <p>{@link Thread#interrupt} does not do that for native calls. The means is the real-time signal {@value #SIGNAL},
 * whose action this class sets once for the process to a function that does nothing. The virtual machine itself uses
 * another number for the same end.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>
 */
public final class NativeThread {

    /** SIGRTMAX - 1. */
    static final int SIGNAL = 63;

    /** struct sigaction of glibc: handler, mask of 1024 bits, flags, restorer. */
    private static final int SIGACTION_BYTES = 152;

    private static final int SA_FLAGS_AT = 136;

    private final int threadId;

    private NativeThread(int threadId) {
        this.threadId = threadId;
    }

    /** Returns the thread that calls, which must be a platform thread. */
    public static NativeThread current() throws LinuxException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread is no thread of the operating system");
        }
        Handler.install();
        return new NativeThread((int) Libc.GETTID.call("this thread"));
    }

    /**
     * Gets it out of the system call it is in, if any. It may be just about to enter one, so the caller repeats this
     * until it sees the effect. The thread must not have ended.
     */
    public void wakeUp() throws LinuxException {
        Libc.TGKILL.call("thread " + threadId, (int) ProcessHandle.current().pid(), threadId, SIGNAL);
    }

    private static final class Handler {

        private static boolean installed;

        /**
         * Without SA_RESTART, which would resume the call. The function is any that takes a number and touches nothing.
         */
        static synchronized void install() throws LinuxException {
            if (installed) {
                return;
            }
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment action = arena.allocate(SIGACTION_BYTES, 8);
                action.set(ADDRESS, 0, Libc.address("abs"));
                action.set(JAVA_INT, SA_FLAGS_AT, 0);
                Libc.SIGACTION.call("signal " + SIGNAL, SIGNAL, action, MemorySegment.NULL);
            }
            installed = true;
        }
    }
}
