package dev.lamella.fuse;

import dev.lamella.linux.Errno;

/**
 * The answer to a request is an error. An answer and no accident: it has no stack trace, is never logged, and costs
 * next to nothing.
 *
 * <p>Immutable; the same object may be thrown any number of times by any thread.
 */
public final class FuseException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The largest number the kernel takes in an answer. */
    static final int ERRNO_MAX = 511;

    private static final FuseException[] BY_ERRNO = new FuseException[ERRNO_MAX + 1];

    static {
        for (int errno = 1; errno <= ERRNO_MAX; errno++) {
            BY_ERRNO[errno] = new FuseException(errno);
        }
    }

    private final int errno;

    private FuseException(int errno) {
        super(Errno.describe(errno), null, false, false);
        this.errno = errno;
    }

    /**
     * Returns the exception of an error number.
     *
     * @param errno one of {@link Errno}, or any of Linux from 1 to 511
     */
    public static FuseException of(int errno) {
        if (errno < 1 || errno > ERRNO_MAX) {
            throw new IllegalArgumentException("errno " + errno);
        }
        return BY_ERRNO[errno];
    }

    /** Returns the error number. */
    public int errno() {
        return errno;
    }
}
