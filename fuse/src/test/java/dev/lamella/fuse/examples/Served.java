package dev.lamella.fuse.examples;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.lamella.fuse.Feature;
import dev.lamella.fuse.MountOptions;
import dev.lamella.fuse.Session;
import dev.lamella.fuse.SessionOptions;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * A directory of the host, shown in one of several ways, and the calls and programs that try it out.
 *
 * @param root where it is shown
 * @param session what shows it
 */
record Served(Path root, Optional<Session> session) implements AutoCloseable {

    static final Served NONE = new Served(Path.of("/nonexistent"), Optional.empty());

    private static final long SECOND_NANOS = 1_000_000_000;
    private static final int O_RDWR = 2;
    private static final int O_DIRECTORY = 0200000;
    private static final long PROGRAM_SECONDS_MAX = 60;

    /** How. */
    enum Way {
        HOST,
        CACHED,
        DIRECT,
        PASSTHROUGH
    }

    @FunctionalInterface
    private interface OpenCall {
        long call(int file, Arena arena);
    }

    static Served start(Way way, Path scratch) throws Exception {
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path host = Files.createDirectory(scratch.resolve("host"));
        if (way == Way.HOST) {
            return new Served(host, Optional.empty());
        }
        Path root = Files.createDirectory(scratch.resolve("mount"));
        var content = PassthroughFileSystem.Content.valueOf(way.name());
        SessionOptions options =
                SessionOptions.DEFAULT.with(Feature.PASSTHROUGH, Feature.ATOMIC_O_TRUNC, Feature.DIRECT_IO_ALLOW_MMAP);
        var fileSystem = new PassthroughFileSystem(host, content, SECOND_NANOS);
        return new Served(root, Optional.of(Session.mount(root, MountOptions.of("pass"), fileSystem, options)));
    }

    @Override
    public void close() throws IOException {
        if (session.isPresent()) {
            session.get().close();
        }
    }

    private static MemorySegment path(Arena arena, Path path) {
        return arena.allocateFrom(path.toString());
    }

    private static long opened(Path path, int flags, OpenCall call) {
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) HostCalls.openat(HostNodes.AT_FDCWD, path(arena, path), flags, 0);
            if (file < 0) {
                return file;
            }
            try {
                return call.call(file, arena);
            } finally {
                HostCalls.close(file);
            }
        }
    }

    static long rename(Path from, Path to, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return HostCalls.renameat2(
                    HostNodes.AT_FDCWD, path(arena, from), HostNodes.AT_FDCWD, path(arena, to), flags);
        }
    }

    static long mknod(Path path, int mode, long rdev) {
        try (Arena arena = Arena.ofConfined()) {
            return HostCalls.mknodat(HostNodes.AT_FDCWD, path(arena, path), mode, rdev);
        }
    }

    static long fallocate(Path path, int mode, long offset, long length) {
        return opened(path, O_RDWR, (file, _) -> HostCalls.fallocate(file, mode, offset, length));
    }

    static long seek(Path path, long offset, int whence) {
        return opened(path, 0, (file, _) -> HostCalls.lseek(file, offset, whence));
    }

    static long copyRange(Path from, Path to, long length) {
        return opened(
                from,
                0,
                (source, arena) -> opened(to, O_RDWR, (target, _) -> {
                    long done = 0;
                    while (done < length) {
                        long count = HostCalls.copyFileRange(
                                source,
                                arena.allocateFrom(JAVA_LONG, done),
                                target,
                                arena.allocateFrom(JAVA_LONG, done),
                                length - done);
                        if (count <= 0) {
                            return count;
                        }
                        done += count;
                    }
                    return done;
                }));
    }

    static long setXattr(Path path, String name, byte[] value, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return HostCalls.setxattr(
                    path(arena, path), arena.allocateFrom(name), arena.allocateFrom(JAVA_BYTE, value), flags);
        }
    }

    /** Returns the length of the value. */
    static long xattr(Path path, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return HostCalls.getxattr(path(arena, path), arena.allocateFrom(name), MemorySegment.NULL);
        }
    }

    static byte[] xattrValue(Path path, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(xattr(path, name));
            long length = HostCalls.getxattr(path(arena, path), arena.allocateFrom(name), value);
            return value.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    static List<String> xattrNames(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(HostCalls.listxattr(path(arena, path), MemorySegment.NULL));
            HostCalls.listxattr(path(arena, path), list);
            return List.of(new String(list.toArray(JAVA_BYTE), StandardCharsets.UTF_8).split("\0", -1));
        }
    }

    static long removeXattr(Path path, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return HostCalls.removexattr(path(arena, path), arena.allocateFrom(name));
        }
    }

    /** Lists a directory as programs do, in large pieces. */
    static List<String> list(Path directory) {
        var names = new ArrayList<String>();
        opened(directory, O_DIRECTORY, (file, arena) -> {
            MemorySegment buffer = arena.allocate(32 * 1024, 8);
            long length = HostCalls.getdents64(file, buffer);
            while (length > 0) {
                names(buffer, length, names);
                length = HostCalls.getdents64(file, buffer);
            }
            return length;
        });
        return names;
    }

    /** Lists a directory in small pieces, from the offset of the last entry seen, on a new descriptor each time. */
    static List<String> listBySeeking(Path directory) {
        var names = new ArrayList<String>();
        long[] offset = {0};
        long length = 1;
        while (length > 0) {
            length = opened(directory, O_DIRECTORY, (file, arena) -> {
                HostCalls.lseek(file, offset[0], 0);
                MemorySegment buffer = arena.allocate(8 * 1024, 8);
                long count = HostCalls.getdents64(file, buffer);
                if (count > 0) {
                    offset[0] = names(buffer, count, names);
                }
                return count;
            });
        }
        return names;
    }

    /** Adds the names in a buffer of {@code struct linux_dirent64}; returns the last offset. */
    private static long names(MemorySegment buffer, long length, List<String> names) {
        long offset = 0;
        for (long at = 0; at < length; at += Short.toUnsignedInt(buffer.get(JAVA_SHORT_UNALIGNED, at + 16))) {
            String name = buffer.getString(at + 19);
            offset = buffer.get(JAVA_LONG_UNALIGNED, at + 8);
            if (!name.equals(".") && !name.equals("..")) {
                names.add(name);
            }
        }
        return offset;
    }

    /** Runs a program as another user; returns its exit code. */
    static int as(int uid, String... command) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups"));
        all.addAll(List.of(command));
        return finish(start(all));
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
    }

    private static int finish(Process process) throws InterruptedException {
        if (!process.waitFor(PROGRAM_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("no end: " + process.info());
        }
        return process.exitValue();
    }

    /** Returns whether another process can lock a byte of a file, by fcntl(2). */
    static boolean lockable(Path file, long offset) throws IOException, InterruptedException {
        String script = "use Fcntl; open(F, '+<', $ARGV[0]) or exit 2;"
                + "exit(fcntl(F, F_SETLK, pack('ssx4qqix4', F_WRLCK, 0, $ARGV[1], 1, 0)) ? 0 : 1)";
        int code = as(0, "perl", "-e", script, file.toString(), Long.toString(offset));
        if (code > 1) {
            throw new AssertionError("perl ended with " + code);
        }
        return code == 0;
    }

    /** Runs shell scripts at a time; returns their exit codes. */
    static Map<String, Integer> inParallel(int count, IntFunction<String> script)
            throws IOException, InterruptedException {
        var processes = new TreeMap<String, Process>();
        for (int number = 0; number < count; number++) {
            processes.put("script " + number, start(List.of("sh", "-c", script.apply(number))));
        }
        var codes = new TreeMap<String, Integer>();
        for (var process : processes.entrySet()) {
            codes.put(process.getKey(), finish(process.getValue()));
        }
        return codes;
    }
}
