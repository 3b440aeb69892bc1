package dev.lamella.fuse.examples;

import static dev.lamella.fuse.examples.HostNodes.AT_EMPTY_PATH;
import static dev.lamella.fuse.examples.HostNodes.AT_FDCWD;
import static dev.lamella.fuse.examples.HostNodes.checked;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lamella.fuse.FuseException;
import dev.lamella.linux.LinuxException;
import dev.lamella.linux.Mounts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A mount shown a second time, with other numbers of users and groups. The {@code mount} of Debian 12 has no option for
 * that.
 *
 * @param target where
 * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>
 */
record IdmappedMount(Path target) implements AutoCloseable {

    private static final int O_CLOEXEC = 02000000;
    private static final int OPEN_TREE_CLONE = 1;
    private static final long MOUNT_ATTR_IDMAP = 0x100000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final long START_MILLIS_MAX = 20_000;

    /**
     * Which numbers stand for which.
     *
     * @param users of each line: the first number as the file system has it, that number as it is seen, how many
     * @param groups the same
     */
    record Mapping(String users, String groups) {}

    static IdmappedMount of(Path source, Path target, Mapping mapping) throws Exception {
        // It lives until its input ends; what is mounted keeps the mapping.
        Process holder = new ProcessBuilder("unshare", "--user", "cat").start();
        try {
            Path process = Path.of("/proc", Long.toString(holder.pid()));
            awaitNamespace(process);
            Files.writeString(process.resolve("uid_map"), mapping.users());
            Files.writeString(process.resolve("gid_map"), mapping.groups());
            cloneTree(source, target, process.resolve("ns/user"));
            return new IdmappedMount(target);
        } finally {
            holder.destroyForcibly();
            holder.waitFor(START_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }

    private static void awaitNamespace(Path process) throws IOException, InterruptedException {
        Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/user"));
        long waited = 0;
        while (Files.readSymbolicLink(process.resolve("ns/user")).equals(ours)) {
            if (waited++ > START_MILLIS_MAX) {
                throw new IOException("unshare(1) made no user namespace");
            }
            Thread.sleep(1);
        }
    }

    private static void cloneTree(Path source, Path target, Path namespace) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment empty = arena.allocate(1);
            MemorySegment from = arena.allocateFrom(source.toString());
            int tree = (int) checked(HostCalls.openTree(AT_FDCWD, from, OPEN_TREE_CLONE | O_CLOEXEC));
            try {
                int users = (int)
                        checked(HostCalls.openat(AT_FDCWD, arena.allocateFrom(namespace.toString()), O_CLOEXEC, 0));
                try {
                    // struct mount_attr: attr_set, attr_clr, propagation, userns_fd
                    MemorySegment attributes = arena.allocateFrom(JAVA_LONG, MOUNT_ATTR_IDMAP, 0, 0, users);
                    checked(HostCalls.mountSetattr(tree, empty, AT_EMPTY_PATH, attributes));
                } finally {
                    HostCalls.close(users);
                }
                MemorySegment to = arena.allocateFrom(target.toString());
                checked(HostCalls.moveMount(tree, empty, AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH));
            } finally {
                HostCalls.close(tree);
            }
        }
    }

    @Override
    public void close() throws LinuxException {
        Mounts.unmount(target);
    }
}
