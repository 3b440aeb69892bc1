package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An open file whose descriptor's number is known, so that it can be named as {@code /proc/self/fd/N} or given to an ioctl.
 *
 * <p>Not for use by several threads at once; closed once.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public final class OpenFile implements AutoCloseable {

    /** The longest path Linux takes, in bytes, with the NUL at its end. */
    static final int PATH_BYTES_MAX = 4096;

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final int DIRECTORY_BUFFER_BYTES = 32 * 1024;

    private final int descriptor;
    private final String name;
    private boolean open = true;

    private OpenFile(int descriptor, String name) {
        this.descriptor = descriptor;
        this.name = name;
    }

    /** Opens a file or directory for reading. */
    public static OpenFile forReading(Path path) throws LinuxException {
        return open(path, O_RDONLY, 0);
    }

    /** Opens a file or device for reading and writing. */
    public static OpenFile forWriting(Path path) throws LinuxException {
        return open(path, O_RDWR, 0);
    }

    /** Opens a file for reading and writing, and makes it if it is missing. */
    public static OpenFile orCreate(Path path, int permissions) throws LinuxException {
        return open(path, O_RDWR | O_CREAT, permissions);
    }

    /**
     * Finds a file without opening it, as even that may wait or do something: start a watchdog, say. {@link #path} opens the very file found,
     * once {@link FileStatus#of(OpenFile)} has said that it is one to open.
     */
    public static OpenFile asPath(Path path) throws LinuxException {
        return open(path, O_PATH, 0);
    }

    private static OpenFile open(Path path, int flags, int permissions) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            long descriptor = Libc.OPEN.call(path.toString(), Libc.string(arena, path), flags | O_CLOEXEC, permissions);
            return new OpenFile((int) descriptor, path.toString());
        }
    }

    /** Opens a file or directory for reading, by a path that need not be text. */
    public static OpenFile forReading(byte[] path) throws LinuxException {
        String shown = new String(path, StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            long descriptor = Libc.OPEN.call(shown, Libc.string(arena, path), O_RDONLY | O_CLOEXEC, 0);
            return new OpenFile((int) descriptor, shown);
        }
    }

    /** Returns the descriptor's number, valid until {@link #close}. */
    public int descriptor() {
        return descriptor;
    }

    /** Returns a short path of the open file, valid in this process until {@link #close}. */
    public String path() {
        return "/proc/self/fd/" + descriptor;
    }

    /** Returns the name it was opened by, for messages. */
    public String name() {
        return name;
    }

    /**
     * Reads at an offset.
     *
     * @return the number of bytes read, 0 at the end
     */
    public int read(byte[] target, long offset) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, target.length));
            int count = (int) Libc.PREAD.call(name, descriptor, buffer, (long) target.length, offset);
            MemorySegment.copy(buffer, JAVA_BYTE, 0, target, 0, count);
            return count;
        }
    }

    /** Returns the names in this directory, without {@code .} and {@code ..}, as the bytes they are. */
    public List<byte[]> directoryEntries() throws LinuxException {
        var names = new ArrayList<byte[]>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(DIRECTORY_BUFFER_BYTES, 8);
            while (true) {
                long length = Libc.GETDENTS64.call(name, descriptor, buffer, (long) DIRECTORY_BUFFER_BYTES);
                if (length == 0) {
                    return names;
                }
                // struct linux_dirent64: d_ino u64, d_off u64, d_reclen u16, d_type u8, d_name
                for (long at = 0; at < length; at += Short.toUnsignedInt(buffer.get(JAVA_SHORT_UNALIGNED, at + 16))) {
                    int end = 0;
                    while (buffer.get(JAVA_BYTE, at + 19 + end) != 0) {
                        end++;
                    }
                    byte[] entry = buffer.asSlice(at + 19, end).toArray(JAVA_BYTE);
                    boolean self = end <= 2 && entry[0] == '.' && entry[end - 1] == '.';
                    if (!self) {
                        names.add(entry);
                    }
                }
            }
        }
    }

    /** Replaces the whole content, in place. */
    public void replaceContent(byte[] content) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, content.length));
            MemorySegment.copy(content, 0, buffer, JAVA_BYTE, 0, content.length);
            long written = 0;
            while (written < content.length) {
                written +=
                        Libc.PWRITE.call(name, descriptor, buffer.asSlice(written), content.length - written, written);
            }
            Libc.FTRUNCATE.call(name, descriptor, (long) content.length);
        }
    }

    /** Waits until content and metadata are on the disk. Of a directory: its entries. */
    public void sync() throws LinuxException {
        Libc.FSYNC.call(name, descriptor);
    }

    @Override
    public void close() throws LinuxException {
        if (open) {
            open = false;
            Libc.CLOSE.call(name, descriptor);
        }
    }
}
