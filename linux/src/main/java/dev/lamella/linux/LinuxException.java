package dev.lamella.linux;

import java.io.IOException;

/** A system call failed. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    LinuxException(String call, String object, int errno) {
        super("%s %s: %s".formatted(call, object, Errno.describe(errno)));
        this.errno = errno;
    }

    /** Returns the error number; see {@link Errno}. */
    public int errno() {
        return errno;
    }
}
