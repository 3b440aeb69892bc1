package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The table of native functions, and how one is called: the result is a number, -1 means that {@code errno} says why.
 *
 * <p>Paths are given in UTF-8 whatever the process's locale is; those that are not text are given as bytes.
 */
final class Libc {

    static final Function OPEN = variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    static final Function CLOSE = function("close", JAVA_INT, JAVA_INT);
    static final Function PREAD = function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    static final Function PWRITE = function("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    static final Function FTRUNCATE = function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    static final Function FSYNC = function("fsync", JAVA_INT, JAVA_INT);
    static final Function FCNTL = variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    static final Function IOCTL = variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    static final Function IOCTL_INT = variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final Function FCNTL_INT = variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    static final Function MOUNT = function("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
    static final Function UMOUNT2 = function("umount2", JAVA_INT, ADDRESS, JAVA_INT);
    static final Function STATFS = function("statfs", JAVA_INT, ADDRESS, ADDRESS);
    static final Function STATX = function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
    static final Function LLISTXATTR = function("llistxattr", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    static final Function LGETXATTR = function("lgetxattr", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    static final Function READLINK = function("readlink", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
    static final Function GETDENTS64 = function("getdents64", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    static final Function PIPE2 = function("pipe2", JAVA_INT, ADDRESS, JAVA_INT);
    static final Function SETPGID = function("setpgid", JAVA_INT, JAVA_INT, JAVA_INT);
    static final Function GETPGID = function("getpgid", JAVA_INT, JAVA_INT);

    // In glibc since 2.36, the one of Debian 12.
    static final Function FSOPEN = function("fsopen", JAVA_INT, ADDRESS, JAVA_INT);
    static final Function FSCONFIG = function("fsconfig", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    static final Function FSMOUNT = function("fsmount", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final Function MOVE_MOUNT = function("move_mount", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);

    static final Function SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final Function SENDTO =
            function("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

    static final Function SOCKETPAIR = function("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    static final Function RECVMSG = function("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

    static final Function MMAP =
            function("mmap", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    static final Function MUNMAP = function("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
    static final Function GETTID = function("gettid", JAVA_INT);
    static final Function TGKILL = function("tgkill", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final Function SIGACTION = function("sigaction", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    static final Function POSIX_SPAWN_FILE_ACTIONS_INIT = function("posix_spawn_file_actions_init", JAVA_INT, ADDRESS);
    static final Function POSIX_SPAWN_FILE_ACTIONS_ADDDUP2 =
            function("posix_spawn_file_actions_adddup2", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    static final Function POSIX_SPAWN_FILE_ACTIONS_DESTROY =
            function("posix_spawn_file_actions_destroy", JAVA_INT, ADDRESS);
    static final Function POSIX_SPAWNP =
            function("posix_spawnp", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    // In glibc since 2.34.
    static final Function POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM =
            function("posix_spawn_file_actions_addclosefrom_np", JAVA_INT, ADDRESS, JAVA_INT);
    static final Function POSIX_SPAWNATTR_INIT = function("posix_spawnattr_init", JAVA_INT, ADDRESS);
    static final Function POSIX_SPAWNATTR_SETFLAGS =
            function("posix_spawnattr_setflags", JAVA_INT, ADDRESS, JAVA_SHORT);
    static final Function POSIX_SPAWNATTR_SETSIGMASK =
            function("posix_spawnattr_setsigmask", JAVA_INT, ADDRESS, ADDRESS);
    static final Function POSIX_SPAWNATTR_DESTROY = function("posix_spawnattr_destroy", JAVA_INT, ADDRESS);
    static final Function WAITPID = function("waitpid", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);

    // In glibc since 2.36.
    static final Function PIDFD_OPEN = function("pidfd_open", JAVA_INT, JAVA_INT, JAVA_INT);
    static final Function PIDFD_GETFD = function("pidfd_getfd", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final Function PIDFD_SEND_SIGNAL =
            function("pidfd_send_signal", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    static final Function POLL = function("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** One native function, looked for when it is first called: that takes milliseconds, and few commands need them all. */
    static final class Function {

        private final String name;
        private final FunctionDescriptor descriptor;
        private final Linker.Option[] options;
        private volatile @Nullable MethodHandle handle;

        private Function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
            this.name = name;
            this.descriptor = descriptor;
            this.options = options;
        }

        private MethodHandle handle() {
            MethodHandle known = handle;
            if (known == null) {
                // Two threads may do the same; either is right.
                known = link(name, descriptor, options);
                handle = known;
            }
            return known;
        }

        /**
         * Calls the function.
         *
         * @param object what the call is about, for the message of the exception
         * @return its result, never negative
         * @throws LinuxException if it returns -1
         */
        long call(String object, Object... arguments) throws LinuxException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(CAPTURED);
                Object[] all = new Object[arguments.length + 1];
                all[0] = state;
                System.arraycopy(arguments, 0, all, 1, arguments.length);
                long result = ((Number) handle().invokeWithArguments(all)).longValue();
                if (result < 0) {
                    throw new LinuxException(name, object, (int) ERRNO.get(state, 0L));
                }
                return result;
            } catch (LinuxException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("calling " + name, e);
            }
        }
    }

    private Libc() {}

    private static Function function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return new Function(name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
    }

    /** A function of which only the first arguments are fixed, which some processors pass in another way. */
    private static Function variadic(String name, int fixedArguments, MemoryLayout result, MemoryLayout... arguments) {
        return new Function(
                name,
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(fixedArguments));
    }

    @SuppressWarnings("restricted") // what this class is for; ArchitectureTest keeps it in here
    static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(address(name), descriptor, options);
    }

    /** Returns where a function of the C library is. */
    static MemorySegment address(String name) {
        return Linker.nativeLinker()
                .defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("the C library has no " + name));
    }

    /** Returns a path as a C string. */
    static MemorySegment string(Arena arena, Path path) {
        return string(arena, path.toString());
    }

    /** Returns a text as a C string in UTF-8. */
    static MemorySegment string(Arena arena, String text) {
        return string(arena, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns bytes as a C string. */
    static MemorySegment string(Arena arena, byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                throw new IllegalArgumentException("a path or name with a NUL byte");
            }
        }
        MemorySegment segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
        return segment;
    }
}
