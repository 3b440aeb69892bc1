package dev.lamella.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/**
 * Mounts and unmounts file systems of this process's mount namespace. Needs CAP_SYS_ADMIN.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mount.2.html">mount(2)</a>
 */
public final class Mounts {

    /** The kernel takes one page of options, with the NUL at its end. */
    public static final int OPTIONS_BYTES_MAX = 4095;

    private static final int UMOUNT_NOFOLLOW = 8;
    private static final int MNT_DETACH = 2;

    /** Flags of a mount. */
    public enum Flag {
        READ_ONLY(1),
        NO_SUID(2),
        NO_DEVICES(4),
        NO_EXEC(8),
        BIND(4096),
        RECURSIVE(16384),
        PRIVATE(1 << 18),
        SHARED(1 << 20);

        private final long bits;

        Flag(long bits) {
            this.bits = bits;
        }
    }

    private Mounts() {}

    /**
     * Mounts a file system.
     *
     * @param source the device, file or name to mount
     * @param target an existing directory
     * @param type the file system's type, such as {@code erofs}
     * @param flags flags of the mount
     * @param options the file system's own options, comma-separated, at most {@value #OPTIONS_BYTES_MAX} bytes
     * @throws LinuxException if the kernel refuses; {@link Errno#ENODEV}: it does not know the type
     * @throws IllegalArgumentException if the options are too long
     */
    public static void mount(String source, Path target, String type, Set<Flag> flags, String options)
            throws LinuxException {
        int length = options.getBytes(StandardCharsets.UTF_8).length;
        if (length > OPTIONS_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "%d bytes of mount options, the kernel takes at most %d".formatted(length, OPTIONS_BYTES_MAX));
        }
        long bits = flags.stream().mapToLong(flag -> flag.bits).reduce(0, (a, b) -> a | b);
        try (Arena arena = Arena.ofConfined()) {
            Libc.MOUNT.call(
                    "%s on %s (%s %s)".formatted(source, target, type, options),
                    Libc.string(arena, source),
                    Libc.string(arena, target),
                    Libc.string(arena, type),
                    bits,
                    options.isEmpty() ? MemorySegment.NULL : Libc.string(arena, options));
        }
    }

    /** Unmounts what is mounted on top of a directory; a symbolic link is not followed. */
    public static void unmount(Path target) throws LinuxException {
        unmount(target, UMOUNT_NOFOLLOW);
    }

    /** Takes a mount out of the tree at once; it ends when its last user does. */
    public static void detach(Path target) throws LinuxException {
        unmount(target, UMOUNT_NOFOLLOW | MNT_DETACH);
    }

    /** Unmounts what is on top of a directory; if it is in use it leaves the tree of files all the same. */
    public static void unmountOrDetach(Path target) throws LinuxException {
        try {
            unmount(target);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EBUSY) {
                throw e;
            }
            detach(target);
        }
    }

    private static void unmount(Path target, int flags) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Libc.UMOUNT2.call(target.toString(), Libc.string(arena, target), flags);
        }
    }
}
