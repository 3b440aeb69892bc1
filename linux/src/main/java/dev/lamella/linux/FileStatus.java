package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the kernel says of a file, symbolic links not followed, and nothing mounted for the question's sake at an {@link Autofs} mount.
 *
 * @param mode type and permissions, as in {@code st_mode}
 * @param links number of hard links
 * @param uid owner
 * @param gid group
 * @param inode number of the inode
 * @param sizeBytes length in bytes
 * @param mtimeSeconds time of the last change, whole seconds since 1970
 * @param mtimeNanos and nanoseconds
 * @param deviceMajor of a device file, its number's upper part
 * @param deviceMinor of a device file, its number's lower part
 * @param fileSystem number of the file system, comparable only
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public record FileStatus(
        int mode,
        long links,
        long uid,
        long gid,
        long inode,
        long sizeBytes,
        long mtimeSeconds,
        int mtimeNanos,
        int deviceMajor,
        int deviceMinor,
        long fileSystem) {

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_BYTES = 256;
    private static final int LIST_BYTES_MAX = 64 * 1024;

    /** Returns the status of a path. */
    public static FileStatus of(Path path) throws LinuxException {
        return of(path.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the status of an open file. */
    public static FileStatus of(OpenFile file) throws LinuxException {
        return of(file.name(), file.descriptor());
    }

    /** Returns the status of what a descriptor leads to. */
    public static FileStatus of(Descriptor descriptor) throws LinuxException {
        return of(descriptor.toString(), descriptor.number());
    }

    static FileStatus of(String name, int descriptor) throws LinuxException {
        return of(name, descriptor, new byte[0], AT_EMPTY_PATH);
    }

    /** Returns the status of a path that need not be text. */
    public static FileStatus of(byte[] path) throws LinuxException {
        return of(show(path), AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
    }

    /** Returns whether this is a plain file: no directory, link, pipe, socket or device. */
    public boolean isRegularFile() {
        return (mode & TYPE_MASK) == REGULAR;
    }

    private static FileStatus of(String name, int directory, byte[] path, int flags) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(STATX_BYTES, 8);
            Libc.STATX.call(name, directory, Libc.string(arena, path), flags, STATX_BASIC_STATS, s);
            return new FileStatus(
                    Short.toUnsignedInt(s.get(JAVA_SHORT, 28)),
                    Integer.toUnsignedLong(s.get(JAVA_INT, 16)),
                    Integer.toUnsignedLong(s.get(JAVA_INT, 20)),
                    Integer.toUnsignedLong(s.get(JAVA_INT, 24)),
                    s.get(JAVA_LONG, 32),
                    s.get(JAVA_LONG, 40),
                    s.get(JAVA_LONG, 112),
                    s.get(JAVA_INT, 120),
                    s.get(JAVA_INT, 128),
                    s.get(JAVA_INT, 132),
                    ((long) s.get(JAVA_INT, 136) << 32) | s.get(JAVA_INT, 140));
        }
    }

    /** Returns the extended attributes of a path, symbolic links not followed. */
    public static Map<String, byte[]> xattrs(byte[] path) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = Libc.string(arena, path);
            MemorySegment buffer = arena.allocate(LIST_BYTES_MAX);
            int length = (int) Libc.LLISTXATTR.call(show(path), name, buffer, (long) LIST_BYTES_MAX);
            String list = new String(bytes(buffer, length), StandardCharsets.ISO_8859_1);
            var attributes = new LinkedHashMap<String, byte[]>();
            for (String attribute : Arrays.stream(list.split("\0", -1))
                    .filter(a -> !a.isEmpty())
                    .sorted()
                    .toList()) {
                byte[] raw = attribute.getBytes(StandardCharsets.ISO_8859_1);
                int size = (int) Libc.LGETXATTR.call(
                        show(path) + " " + attribute, name, Libc.string(arena, raw), buffer, (long) LIST_BYTES_MAX);
                attributes.put(attribute, bytes(buffer, size));
            }
            return attributes;
        }
    }

    /** Returns what a symbolic link says. */
    public static byte[] readLink(byte[] path) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(OpenFile.PATH_BYTES_MAX);
            long length =
                    Libc.READLINK.call(show(path), Libc.string(arena, path), buffer, (long) OpenFile.PATH_BYTES_MAX);
            return bytes(buffer, (int) length);
        }
    }

    private static byte[] bytes(MemorySegment buffer, int length) {
        return buffer.asSlice(0, length).toArray(JAVA_BYTE);
    }

    private static String show(byte[] path) {
        return new String(path, StandardCharsets.UTF_8);
    }
}
