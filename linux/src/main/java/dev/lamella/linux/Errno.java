package dev.lamella.linux;

import java.util.Map;

/** Error numbers of Linux, as in {@code errno(3)}. */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int ENOTBLK = 15;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ENODATA = 61;
    public static final int EPROTO = 71;
    public static final int EOPNOTSUPP = 95;
    public static final int ECONNABORTED = 103;
    public static final int ENOTCONN = 107;
    public static final int ECONNREFUSED = 111;
    public static final int ESTALE = 116;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM (operation not permitted)"),
            Map.entry(ENOENT, "ENOENT (no such file or directory)"),
            Map.entry(ESRCH, "ESRCH (no such process)"),
            Map.entry(EINTR, "EINTR (interrupted)"),
            Map.entry(EIO, "EIO (input/output error)"),
            Map.entry(ENXIO, "ENXIO (no such device or address)"),
            Map.entry(EBADF, "EBADF (bad file descriptor)"),
            Map.entry(EAGAIN, "EAGAIN (held by somebody else)"),
            Map.entry(EACCES, "EACCES (permission denied)"),
            Map.entry(ENOTBLK, "ENOTBLK (block device required)"),
            Map.entry(EBUSY, "EBUSY (in use)"),
            Map.entry(EEXIST, "EEXIST (file exists)"),
            Map.entry(EXDEV, "EXDEV (another file system)"),
            Map.entry(ENODEV, "ENODEV (no such device or file system type)"),
            Map.entry(ENOTDIR, "ENOTDIR (not a directory)"),
            Map.entry(EISDIR, "EISDIR (is a directory)"),
            Map.entry(EINVAL, "EINVAL (invalid argument)"),
            Map.entry(ENFILE, "ENFILE (too many open files in the system)"),
            Map.entry(EFBIG, "EFBIG (file too large)"),
            Map.entry(ENOSPC, "ENOSPC (no space left)"),
            Map.entry(EROFS, "EROFS (read-only file system)"),
            Map.entry(ERANGE, "ERANGE (buffer too small)"),
            Map.entry(ENAMETOOLONG, "ENAMETOOLONG (name too long)"),
            Map.entry(ENOSYS, "ENOSYS (not implemented)"),
            Map.entry(ENOTEMPTY, "ENOTEMPTY (directory not empty)"),
            Map.entry(ENODATA, "ENODATA (no such attribute)"),
            Map.entry(EPROTO, "EPROTO (protocol error)"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP (not supported)"),
            Map.entry(ECONNABORTED, "ECONNABORTED (connection aborted)"),
            Map.entry(ENOTCONN, "ENOTCONN (not connected)"),
            Map.entry(ECONNREFUSED, "ECONNREFUSED (connection refused)"),
            Map.entry(ESTALE, "ESTALE (stale handle)"));

    private Errno() {}

    /** Returns the name with its meaning, or {@code errno N}. */
    public static String describe(int errno) {
        return NAMES.getOrDefault(errno, "errno " + errno);
    }
}
