package dev.lamella.erofs;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** The few system calls these tests need: mounting an image with its data file, and reading extended attributes as they are. */
@SuppressWarnings("restricted")
final class Kernel {

    private static final long MS_RDONLY = 1;
    private static final int MNT_DETACH = 2;
    private static final int LIST_BYTES = 1 << 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_FIELD = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final MethodHandle MOUNT =
            function("mount", FunctionDescriptor.of(INT, POINTER, POINTER, POINTER, LONG, POINTER));
    private static final MethodHandle UMOUNT2 = function("umount2", FunctionDescriptor.of(INT, POINTER, INT));
    private static final MethodHandle LLISTXATTR =
            function("llistxattr", FunctionDescriptor.of(LONG, POINTER, POINTER, LONG));
    private static final MethodHandle LGETXATTR =
            function("lgetxattr", FunctionDescriptor.of(LONG, POINTER, POINTER, POINTER, LONG));

    private static final MethodHandle READLINK =
            function("readlink", FunctionDescriptor.of(LONG, POINTER, POINTER, LONG));

    private Kernel() {}

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), descriptor, ERRNO);
    }

    static void mount(Path image, Path data, Path target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = (int) MOUNT.invokeExact(
                    state,
                    arena.allocateFrom(image.toString()),
                    arena.allocateFrom(target.toString()),
                    arena.allocateFrom("erofs"),
                    MS_RDONLY,
                    arena.allocateFrom("device=" + data));
            check(result, state, "mount " + image);
        } catch (Throwable e) {
            throw asIoException(e);
        }
    }

    static void unmount(Path target) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            check((int) UMOUNT2.invokeExact(state, arena.allocateFrom(target.toString()), MNT_DETACH), state, "umount");
        } catch (Throwable e) {
            throw asIoException(e);
        }
    }

    static byte[] readLink(byte[] path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment target = arena.allocate(LIST_BYTES);
            long size = (long) READLINK.invokeExact(state, string(arena, path), target, (long) LIST_BYTES);
            check(size, state, "readlink");
            return target.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable e) {
            throw asIoException(e);
        }
    }

    /** Returns the names, each ended by a NUL; the path's bytes are given as they are. */
    static byte[] listXattrs(byte[] path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment list = arena.allocate(LIST_BYTES);
            long size = (long) LLISTXATTR.invokeExact(state, string(arena, path), list, (long) LIST_BYTES);
            check(size, state, "llistxattr");
            return list.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable e) {
            throw asIoException(e);
        }
    }

    static byte[] xattr(byte[] path, byte[] name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment value = arena.allocate(LIST_BYTES);
            long size = (long)
                    LGETXATTR.invokeExact(state, string(arena, path), string(arena, name), value, (long) LIST_BYTES);
            check(size, state, "lgetxattr");
            return value.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
        } catch (Throwable e) {
            throw asIoException(e);
        }
    }

    private static MemorySegment string(Arena arena, byte[] bytes) {
        MemorySegment string = arena.allocate(bytes.length + 1L);
        string.copyFrom(MemorySegment.ofArray(bytes));
        return string;
    }

    private static void check(long result, MemorySegment state, String call) throws IOException {
        if (result < 0) {
            throw new IOException("%s: errno %d; the system ring needs root and Linux 6.12 or later"
                    .formatted(call, (int) ERRNO_FIELD.get(state, 0L)));
        }
    }

    private static IOException asIoException(Throwable e) {
        return e instanceof IOException io ? io : new IOException(e);
    }
}
