package dev.lamella.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A program that goes on when this process ends, in a session of its own: a terminal's interrupt and hang-up do not
 * reach it. It has the descriptors it was given and no others. Safe for many threads.
 *
 * @param process the program, to be closed
 * @param ended completed with the status, as wait(2) has it, when it has ended before this process
 * @see <a href="https://man7.org/linux/man-pages/man2/setsid.2.html">setsid(2)</a>
 */
public record BackgroundProgram(ProcessDescriptor process, CompletableFuture<Integer> ended) {

    private static final int STANDARD_COUNT = 3;
    private static final long WAITER_STACK_BYTES = 128 * 1024;

    /**
     * Starts a program. A daemon thread waits for its end.
     *
     * @param command the program, looked for in {@code PATH}, and its arguments
     * @param environment all its variables
     * @param descriptors its descriptors, from 0 on; at least three
     * @throws LinuxException if it cannot be started; {@link Errno#ENOENT}: there is no such program
     */
    public static BackgroundProgram start(
            List<String> command, Map<String, String> environment, List<Descriptor> descriptors) throws LinuxException {
        if (descriptors.size() < STANDARD_COUNT) {
            throw new IllegalArgumentException("a program needs input, output and error");
        }
        var numbers = new HashMap<Integer, Integer>();
        for (Descriptor descriptor : descriptors) {
            numbers.put(numbers.size(), descriptor.number());
        }
        int pid = Spawn.start(command, environment, numbers, true);
        // Nobody else waits for it: the number is still its own.
        ProcessDescriptor process = ProcessDescriptor.open(pid)
                .orElseThrow(() -> new IllegalStateException("a child that is gone: process " + pid));
        var ended = new CompletableFuture<Integer>();
        Thread.ofPlatform()
                .daemon()
                .name("wait-" + pid)
                .stackSize(WAITER_STACK_BYTES)
                .start(() -> await(pid, ended));
        return new BackgroundProgram(process, ended);
    }

    private static void await(int pid, CompletableFuture<Integer> ended) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            while (true) {
                try {
                    Libc.WAITPID.call("process " + pid, pid, status, 0);
                    ended.complete(status.get(JAVA_INT, 0));
                    return;
                } catch (LinuxException e) {
                    if (e.errno() != Errno.EINTR) {
                        ended.completeExceptionally(e);
                        return;
                    }
                }
            }
        }
    }
}
