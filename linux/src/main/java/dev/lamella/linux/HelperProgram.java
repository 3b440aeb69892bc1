package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that hands back a file descriptor over a unix socket it inherits, as {@code fusermount3} does.
 * {@link ProcessBuilder} closes every descriptor but the first three in what it starts.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SCM_RIGHTS</a>
 */
public final class HelperProgram {

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    /** The first that is not one of the three that every program has. */
    private static final int SOCKET_NUMBER = 3;

    private static final int MSGHDR_BYTES = 56;
    private static final int CONTROL_BYTES = 24;

    /**
     * How it ended.
     *
     * @param exitStatus as wait(2) has it, 0 for success
     * @param descriptor what it handed back
     */
    public record Result(int exitStatus, Optional<Descriptor> descriptor) {}

    private HelperProgram() {}

    /**
     * Runs a program to its end. It has this process's standard output and error.
     *
     * @param command the program, looked for in {@code PATH}, and its arguments
     * @param socketVariable the environment variable that tells the program the number of its socket
     * @throws LinuxException if it cannot be started; {@link Errno#ENOENT}: there is no such program
     */
    public static Result run(List<String> command, String socketVariable) throws LinuxException {
        String name = command.getFirst();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(JAVA_INT, 2);
            Libc.SOCKETPAIR.call(name, AF_UNIX, SOCK_STREAM_CLOEXEC, 0, pair);
            int ours = pair.getAtIndex(JAVA_INT, 0);
            int theirs = pair.getAtIndex(JAVA_INT, 1);
            try {
                int pid = spawn(command, socketVariable, theirs);
                Libc.CLOSE.call(name, theirs);
                theirs = -1;
                // Ends with the program at the latest, when the last copy of its end of the socket is closed.
                Optional<Descriptor> descriptor = receive(arena, ours, name);
                MemorySegment status = arena.allocate(JAVA_INT);
                Libc.WAITPID.call(name, pid, status, 0);
                return new Result(status.get(JAVA_INT, 0), descriptor);
            } finally {
                Libc.CLOSE.call(name, ours);
                if (theirs >= 0) {
                    Libc.CLOSE.call(name, theirs);
                }
            }
        }
    }

    private static int spawn(List<String> command, String socketVariable, int socket) throws LinuxException {
        var environment = new HashMap<>(System.getenv());
        environment.put(socketVariable, Integer.toString(SOCKET_NUMBER));
        return Spawn.start(command, environment, Map.of(SOCKET_NUMBER, socket), false);
    }

    /** Waits for one byte with a descriptor beside it, or the end of the stream. */
    private static Optional<Descriptor> receive(Arena arena, int socket, String name) throws LinuxException {
        MemorySegment vector = arena.allocate(ADDRESS, 2); // struct iovec
        vector.setAtIndex(ADDRESS, 0, arena.allocate(JAVA_BYTE));
        vector.setAtIndex(JAVA_LONG, 1, 1);
        MemorySegment control = arena.allocate(CONTROL_BYTES, 8); // struct cmsghdr: length u64, level u32, type u32
        MemorySegment message =
                arena.allocate(MSGHDR_BYTES, 8); // name, namelen, iov, iovlen, control, controllen, flags
        message.set(ADDRESS, 16, vector);
        message.set(JAVA_LONG, 24, 1);
        message.set(ADDRESS, 32, control);
        message.set(JAVA_LONG, 40, CONTROL_BYTES);
        long count = Libc.RECVMSG.call(name, socket, message, MSG_CMSG_CLOEXEC);
        boolean found = count == 1
                && message.get(JAVA_LONG, 40) >= 20
                && control.get(JAVA_INT, 8) == SOL_SOCKET
                && control.get(JAVA_INT, 12) == SCM_RIGHTS;
        return found ? Optional.of(Descriptor.adopt(control.get(JAVA_INT, 16), name)) : Optional.empty();
    }
}
