package dev.lamella.fuse.examples;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.lamella.fuse.Attributes;
import dev.lamella.fuse.Entry;
import dev.lamella.fuse.FileSystem;
import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.Name;
import dev.lamella.fuse.NodeTable;
import dev.lamella.fuse.Timestamp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The files of the host that the kernel knows, each held by a descriptor that does not open it (O_PATH). */
final class HostNodes {

    static final int AT_FDCWD = -100;
    static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int O_PATH_NOFOLLOW_CLOEXEC = 010000000 | 0400000 | 02000000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_BYTES = 256;
    private static final int NODES_MAX = 1_000_000;
    private static final MemorySegment EMPTY_PATH = Arena.global().allocate(1);

    private record FileId(long device, long inode) {}

    /** What statx says. */
    private record Status(FileId id, Attributes attributes) {}

    private final NodeTable<FileId, Integer> table = new NodeTable<>(NODES_MAX);
    private final int root;
    private final long validNanos;

    HostNodes(Path root, long validNanos) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = string(arena, root.toString().getBytes(StandardCharsets.UTF_8));
            this.root = (int) checked(HostCalls.openat(AT_FDCWD, path, 010000000 | 02000000, 0));
        }
        this.validNanos = validNanos;
    }

    /** Returns the result of a call, or throws what it failed with. */
    static long checked(long result) throws FuseException {
        if (result < 0) {
            throw FuseException.of((int) -result);
        }
        return result;
    }

    static MemorySegment string(Arena arena, byte[] bytes) {
        MemorySegment string = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, string, JAVA_BYTE, 0, bytes.length);
        return string;
    }

    static MemorySegment string(Arena arena, Name name) {
        return string(arena, name.bytes());
    }

    int file(long nodeId) throws FuseException {
        return nodeId == FileSystem.ROOT_ID ? root : table.get(nodeId);
    }

    /** Returns a path that leads to the very file, whatever its names are. */
    static MemorySegment path(Arena arena, int file) {
        return arena.allocateFrom("/proc/self/fd/" + file);
    }

    MemorySegment path(Arena arena, long nodeId) throws FuseException {
        return path(arena, file(nodeId));
    }

    Attributes attributes(long nodeId) throws FuseException {
        return ofDescriptor(file(nodeId));
    }

    static Attributes ofDescriptor(int file) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            return status(arena, file, EMPTY_PATH, AT_EMPTY_PATH).attributes();
        }
    }

    /** Looks a name up, and counts that. */
    Entry enter(long parent, Name name) throws FuseException {
        int directory = file(parent);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = string(arena, name);
            // A file that is known is held open, so no other can have its number.
            Status status = status(arena, directory, path, AT_SYMLINK_NOFOLLOW);
            Optional<Long> known = table.enterKnown(status.id());
            if (known.isPresent()) {
                return Entry.of(known.get(), status.attributes(), validNanos);
            }
            int file = (int) checked(HostCalls.openat(directory, path, O_PATH_NOFOLLOW_CLOEXEC, 0));
            try {
                // Meanwhile it may be another.
                status = status(arena, file, EMPTY_PATH, AT_EMPTY_PATH);
                int mine = file;
                long nodeId = table.enter(status.id(), () -> mine);
                if (table.get(nodeId) == mine) {
                    file = -1;
                }
                return Entry.of(nodeId, status.attributes(), validNanos);
            } finally {
                if (file >= 0) {
                    HostCalls.close(file);
                }
            }
        }
    }

    void forget(long nodeId, long lookups) {
        table.forget(nodeId, lookups).ifPresent(HostCalls::close);
    }

    /** Lets go of all of them, and of the root. */
    void close() {
        table.clear().forEach(HostCalls::close);
        HostCalls.close(root);
    }

    int size() {
        return table.size();
    }

    private static Status status(Arena arena, int directory, MemorySegment path, int flags) throws FuseException {
        MemorySegment s = arena.allocate(STATX_BYTES, 8);
        checked(HostCalls.statx(directory, path, flags, STATX_BASIC_STATS, s));
        long inode = s.get(JAVA_LONG, 32);
        int major = s.get(JAVA_INT, 128);
        int minor = s.get(JAVA_INT, 132);
        var attributes = new Attributes(
                inode,
                s.get(JAVA_LONG, 40),
                s.get(JAVA_LONG, 48),
                time(s, 64),
                time(s, 112),
                time(s, 96),
                Short.toUnsignedInt(s.get(JAVA_SHORT, 28)),
                s.get(JAVA_INT, 16),
                s.get(JAVA_INT, 20),
                s.get(JAVA_INT, 24),
                (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12),
                s.get(JAVA_INT, 4));
        long device = ((long) s.get(JAVA_INT, 136) << 32) | s.get(JAVA_INT, 140);
        return new Status(new FileId(device, inode), attributes);
    }

    private static Timestamp time(MemorySegment status, long at) {
        return new Timestamp(status.get(JAVA_LONG, at), status.get(JAVA_INT, at + 8));
    }
}
