package dev.lamella.fuse.examples;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls of a file system that passes requests on, and of what tries it out. Each returns what the call does, or the negative error
 * number.
 */
final class HostCalls {

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

    private static final MethodHandle OPENAT = link("openat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = link("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle STATX = link("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle STATFS = link("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle MKNODAT = link("mknodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MKDIRAT = link("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SYMLINKAT = link("symlinkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
    private static final MethodHandle LINKAT = link("linkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle UNLINKAT = link("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RENAMEAT2 =
            link("renameat2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle READLINKAT = link("readlinkat", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle CHMOD = link("chmod", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle FCHOWNAT =
            link("fchownat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle TRUNCATE = link("truncate", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle FTRUNCATE = link("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle UTIMENSAT = link("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle PREAD = link("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PWRITE = link("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FSYNC = link("fsync", JAVA_INT, JAVA_INT);
    private static final MethodHandle FDATASYNC = link("fdatasync", JAVA_INT, JAVA_INT);
    private static final MethodHandle SYNCFS = link("syncfs", JAVA_INT, JAVA_INT);
    private static final MethodHandle FALLOCATE = link("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle LSEEK = link("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle COPY_FILE_RANGE =
            link("copy_file_range", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETDENTS64 = link("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle SETXATTR =
            link("setxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETXATTR = link("getxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle LISTXATTR = link("listxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle REMOVEXATTR = link("removexattr", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle UMASK = link("umask", JAVA_INT, JAVA_INT);

    // In glibc since 2.36, the one of Debian 12.
    private static final MethodHandle OPEN_TREE = link("open_tree", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle MOUNT_SETATTR =
            link("mount_setattr", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle MOVE_MOUNT =
            link("move_mount", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);

    @FunctionalInterface
    private interface Call {
        long invoke(MemorySegment state) throws Throwable;
    }

    private HostCalls() {}

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    private static long call(Call call) {
        try {
            MemorySegment state = STATE.get();
            long result = call.invoke(state);
            return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static long openat(int directory, MemorySegment path, int flags, int mode) {
        return call(s -> (int) OPENAT.invokeExact(s, directory, path, flags, mode));
    }

    static long close(int file) {
        return call(s -> (int) CLOSE.invokeExact(s, file));
    }

    static long statx(int directory, MemorySegment path, int flags, int mask, MemorySegment status) {
        return call(s -> (int) STATX.invokeExact(s, directory, path, flags, mask, status));
    }

    static long statfs(int file, MemorySegment status) {
        return call(s -> (int) STATFS.invokeExact(s, file, status));
    }

    static long mknodat(int directory, MemorySegment path, int mode, long rdev) {
        return call(s -> (int) MKNODAT.invokeExact(s, directory, path, mode, rdev));
    }

    static long mkdirat(int directory, MemorySegment path, int mode) {
        return call(s -> (int) MKDIRAT.invokeExact(s, directory, path, mode));
    }

    static long symlinkat(MemorySegment target, int directory, MemorySegment path) {
        return call(s -> (int) SYMLINKAT.invokeExact(s, target, directory, path));
    }

    static long linkat(int from, MemorySegment path, int to, MemorySegment newPath, int flags) {
        return call(s -> (int) LINKAT.invokeExact(s, from, path, to, newPath, flags));
    }

    static long unlinkat(int directory, MemorySegment path, int flags) {
        return call(s -> (int) UNLINKAT.invokeExact(s, directory, path, flags));
    }

    static long renameat2(int from, MemorySegment path, int to, MemorySegment newPath, int flags) {
        return call(s -> (int) RENAMEAT2.invokeExact(s, from, path, to, newPath, flags));
    }

    static long readlinkat(int file, MemorySegment path, MemorySegment target) {
        return call(s -> (long) READLINKAT.invokeExact(s, file, path, target, target.byteSize()));
    }

    static long chmod(MemorySegment path, int mode) {
        return call(s -> (int) CHMOD.invokeExact(s, path, mode));
    }

    static long fchownat(int file, MemorySegment path, int uid, int gid, int flags) {
        return call(s -> (int) FCHOWNAT.invokeExact(s, file, path, uid, gid, flags));
    }

    static long truncate(MemorySegment path, long size) {
        return call(s -> (int) TRUNCATE.invokeExact(s, path, size));
    }

    static long ftruncate(int file, long size) {
        return call(s -> (int) FTRUNCATE.invokeExact(s, file, size));
    }

    static long utimensat(int directory, MemorySegment path, MemorySegment times, int flags) {
        return call(s -> (int) UTIMENSAT.invokeExact(s, directory, path, times, flags));
    }

    static long pread(int file, MemorySegment target, long offset) {
        return call(s -> (long) PREAD.invokeExact(s, file, target, target.byteSize(), offset));
    }

    static long pwrite(int file, MemorySegment source, long offset) {
        return call(s -> (long) PWRITE.invokeExact(s, file, source, source.byteSize(), offset));
    }

    static long fsync(int file, boolean contentOnly) {
        return contentOnly
                ? call(s -> (int) FDATASYNC.invokeExact(s, file))
                : call(s -> (int) FSYNC.invokeExact(s, file));
    }

    static long syncfs(int file) {
        return call(s -> (int) SYNCFS.invokeExact(s, file));
    }

    static long fallocate(int file, int mode, long offset, long length) {
        return call(s -> (int) FALLOCATE.invokeExact(s, file, mode, offset, length));
    }

    static long lseek(int file, long offset, int whence) {
        return call(s -> (long) LSEEK.invokeExact(s, file, offset, whence));
    }

    static long copyFileRange(int from, MemorySegment offset, int to, MemorySegment toOffset, long length) {
        return call(s -> (long) COPY_FILE_RANGE.invokeExact(s, from, offset, to, toOffset, length, 0));
    }

    static long getdents64(int directory, MemorySegment target) {
        return call(s -> (long) GETDENTS64.invokeExact(s, directory, target, target.byteSize()));
    }

    static long setxattr(MemorySegment path, MemorySegment name, MemorySegment value, int flags) {
        return call(s -> (int) SETXATTR.invokeExact(s, path, name, value, value.byteSize(), flags));
    }

    static long getxattr(MemorySegment path, MemorySegment name, MemorySegment value) {
        return call(s -> (long) GETXATTR.invokeExact(s, path, name, value, value.byteSize()));
    }

    static long listxattr(MemorySegment path, MemorySegment list) {
        return call(s -> (long) LISTXATTR.invokeExact(s, path, list, list.byteSize()));
    }

    static long removexattr(MemorySegment path, MemorySegment name) {
        return call(s -> (int) REMOVEXATTR.invokeExact(s, path, name));
    }

    static void umask(int mask) {
        call(s -> (int) UMASK.invokeExact(s, mask));
    }

    static long openTree(int directory, MemorySegment path, int flags) {
        return call(s -> (int) OPEN_TREE.invokeExact(s, directory, path, flags));
    }

    static long mountSetattr(int mount, MemorySegment path, int flags, MemorySegment attributes) {
        return call(s -> (int) MOUNT_SETATTR.invokeExact(s, mount, path, flags, attributes, attributes.byteSize()));
    }

    static long moveMount(int from, MemorySegment path, int to, MemorySegment newPath, int flags) {
        return call(s -> (int) MOVE_MOUNT.invokeExact(s, from, path, to, newPath, flags));
    }
}
