package dev.lamella.fuse.examples;

import static dev.lamella.fuse.examples.HostNodes.AT_EMPTY_PATH;
import static dev.lamella.fuse.examples.HostNodes.AT_FDCWD;
import static dev.lamella.fuse.examples.HostNodes.checked;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.NodeRequest.Setattr;
import dev.lamella.fuse.NodeRequest.Setattr.Field;
import dev.lamella.fuse.Timestamp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Changes of attributes of a file of the host, given by a descriptor that does not open it. */
final class HostChanges {

    private static final long UTIME_NOW = 0x3fffffff;
    private static final long UTIME_OMIT = 0x3ffffffe;

    private HostChanges() {}

    static void apply(int file, Setattr request) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = HostNodes.path(arena, file);
            if (request.changes(Field.MODE)) {
                checked(HostCalls.chmod(path, request.mode() & 07777));
            }
            if (request.changes(Field.UID) || request.changes(Field.GID)) {
                int uid = request.changes(Field.UID) ? request.uid() : -1;
                int gid = request.changes(Field.GID) ? request.gid() : -1;
                checked(HostCalls.fchownat(file, arena.allocate(1), uid, gid, AT_EMPTY_PATH));
            }
            if (request.changes(Field.SIZE)) {
                checked(
                        request.changes(Field.HANDLE)
                                ? HostCalls.ftruncate((int) request.fileHandle(), request.sizeBytes())
                                : HostCalls.truncate(path, request.sizeBytes()));
            }
            if (request.changes(Field.ATIME) || request.changes(Field.MTIME)) {
                MemorySegment times = arena.allocate(JAVA_LONG, 4); // two struct timespec
                times.setAtIndex(JAVA_LONG, 0, request.atime().seconds());
                times.setAtIndex(JAVA_LONG, 1, nanos(request, Field.ATIME, Field.ATIME_NOW, request.atime()));
                times.setAtIndex(JAVA_LONG, 2, request.mtime().seconds());
                times.setAtIndex(JAVA_LONG, 3, nanos(request, Field.MTIME, Field.MTIME_NOW, request.mtime()));
                checked(HostCalls.utimensat(AT_FDCWD, path, times, 0));
            }
        }
    }

    /** Takes set-user-ID and set-group-ID away; the host does not, as it is root who writes. */
    static void takeSetIdsAway(int file) throws FuseException {
        int mode = HostNodes.ofDescriptor(file).mode();
        if ((mode & 06000) != 0) {
            try (Arena arena = Arena.ofConfined()) {
                checked(HostCalls.chmod(HostNodes.path(arena, file), mode & 01777));
            }
        }
    }

    private static long nanos(Setattr request, Field field, Field now, Timestamp time) {
        if (!request.changes(field)) {
            return UTIME_OMIT;
        }
        return request.changes(now) ? UTIME_NOW : time.nanos();
    }
}
