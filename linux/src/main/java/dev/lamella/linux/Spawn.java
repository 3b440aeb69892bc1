package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Starts a program with the descriptors it is to have and no others: much of what the JVM has open, sockets above all,
 * would else live on in it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a>
 */
final class Spawn {

    /** More than posix_spawn_file_actions_t takes in glibc (80 bytes). */
    private static final int FILE_ACTIONS_BYTES = 256;
    /** More than posix_spawnattr_t takes in glibc (336 bytes). */
    private static final int ATTRIBUTES_BYTES = 512;

    private static final int SIGNAL_SET_BYTES = 128;
    private static final short SETSIGMASK = 0x08;
    private static final short SETSID = 0x80;
    private static final int STANDARD_ERROR = 2;

    private Spawn() {}

    /**
     * Starts a program.
     *
     * @param command the program, looked for in {@code PATH}, and its arguments
     * @param environment all its variables
     * @param descriptors for each number in the program which of this process's it is; 0, 1 and 2 are this process's
     *     own if not named
     * @param ownSession whether it begins a session, so that no terminal's signals reach it, and blocks no signals
     * @return the process, to be waited for
     * @throws LinuxException if it cannot be started
     */
    static int start(
            List<String> command,
            Map<String, String> environment,
            Map<Integer, Integer> descriptors,
            boolean ownSession)
            throws LinuxException {
        String name = command.getFirst();
        var copies = new TreeMap<Integer, Integer>();
        try (Arena arena = Arena.ofConfined()) {
            int above = Math.max(STANDARD_ERROR, Collections.max(descriptors.keySet())) + 1;
            // Copied out of the way first: else one could be overwritten before its turn comes.
            for (Map.Entry<Integer, Integer> descriptor : descriptors.entrySet()) {
                long copy = Libc.FCNTL_INT.call(name, descriptor.getValue(), Descriptor.F_DUPFD_CLOEXEC, (long) above);
                copies.put(descriptor.getKey(), (int) copy);
            }
            MemorySegment actions = arena.allocate(FILE_ACTIONS_BYTES, 8);
            MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, 8);
            succeed(name, Libc.POSIX_SPAWN_FILE_ACTIONS_INIT.call(name, actions));
            succeed(name, Libc.POSIX_SPAWNATTR_INIT.call(name, attributes));
            try {
                for (Map.Entry<Integer, Integer> copy : copies.entrySet()) {
                    succeed(
                            name,
                            Libc.POSIX_SPAWN_FILE_ACTIONS_ADDDUP2.call(name, actions, copy.getValue(), copy.getKey()));
                }
                succeed(name, Libc.POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM.call(name, actions, above));
                if (ownSession) {
                    MemorySegment none = arena.allocate(SIGNAL_SET_BYTES, 8);
                    succeed(name, Libc.POSIX_SPAWNATTR_SETSIGMASK.call(name, attributes, none));
                    short flags = SETSIGMASK | SETSID;
                    succeed(name, Libc.POSIX_SPAWNATTR_SETFLAGS.call(name, attributes, flags));
                }
                MemorySegment pid = arena.allocate(JAVA_INT);
                MemorySegment arguments = strings(arena, command);
                MemorySegment variables = strings(arena, lines(environment));
                MemorySegment program = Libc.string(arena, name);
                succeed(name, Libc.POSIX_SPAWNP.call(name, pid, program, actions, attributes, arguments, variables));
                return pid.get(JAVA_INT, 0);
            } finally {
                Libc.POSIX_SPAWN_FILE_ACTIONS_DESTROY.call(name, actions);
                Libc.POSIX_SPAWNATTR_DESTROY.call(name, attributes);
            }
        } finally {
            for (int copy : copies.values()) {
                Libc.CLOSE.call(name, copy);
            }
        }
    }

    /** These functions return the error number itself. */
    private static void succeed(String name, long error) throws LinuxException {
        if (error != 0) {
            throw new LinuxException("posix_spawnp", name, (int) error);
        }
    }

    private static List<String> lines(Map<String, String> environment) {
        var lines = new ArrayList<String>();
        environment.forEach((key, value) -> lines.add(key + "=" + value));
        return lines;
    }

    private static MemorySegment strings(Arena arena, List<String> texts) {
        MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ADDRESS, i, Libc.string(arena, texts.get(i)));
        }
        return array;
    }
}
