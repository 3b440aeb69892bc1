package dev.lamella.fuse.examples;

import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.MountOptions;
import dev.lamella.fuse.Request;
import dev.lamella.fuse.Session;
import dev.lamella.fuse.SessionOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Many requests on one mount, and what of the process has grown meanwhile: {@code Soak DIRECTORY REQUESTS}. The
 * directory is to be empty.
 *
 * @param requests answered
 * @param seconds it took
 * @param before a tenth of the way
 * @param after at the end
 */
public record Soak(long requests, double seconds, State before, State after) {

    private static final int CLIENTS = 4;
    private static final int FILES = 50;

    /**
     * What must not grow.
     *
     * @param heapBytes in use after collecting garbage
     * @param residentBytes of the process
     * @param descriptors open ones
     * @param threads all of them
     * @param nodes known to the kernel
     */
    public record State(long heapBytes, long residentBytes, long descriptors, long threads, int nodes) {}

    /** Counts requests; half of them have threads of their own. */
    private static final class Counted extends PassthroughFileSystem {

        final LongAdder requests = new LongAdder();

        Counted(Path root) throws FuseException {
            super(root, Content.DIRECT, 0);
        }

        @Override
        public boolean mayBlock(Request request) {
            requests.increment();
            return (request.header().unique() & 2) == 0;
        }
    }

    /** Runs it, and prints what came of it. */
    public static void main(String[] arguments) throws Exception {
        System.out.println(run(Path.of(arguments[0]), Long.parseLong(arguments[1])));
    }

    static Soak run(Path directory, long requests) throws Exception {
        Path host = Files.createDirectory(directory.resolve("host"));
        Path mount = Files.createDirectory(directory.resolve("mount"));
        for (int i = 0; i < FILES; i++) {
            Files.write(host.resolve("file-" + i), new byte[10_000]);
        }
        var fileSystem = new Counted(host);
        try (Session _ = Session.mount(mount, MountOptions.of("soak"), fileSystem, SessionOptions.DEFAULT);
                var clients = Executors.newFixedThreadPool(CLIENTS)) {
            long start = System.nanoTime();
            run(clients, mount, fileSystem, requests / 10);
            State before = state(fileSystem);
            run(clients, mount, fileSystem, requests);
            State after = state(fileSystem);
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Soak(fileSystem.requests.sum(), seconds, before, after);
        }
    }

    private static void run(ExecutorService clients, Path mount, Counted fileSystem, long requests) throws Exception {
        Callable<Void> client = () -> {
            for (int round = 0; fileSystem.requests.sum() < requests; round++) {
                use(mount, round);
            }
            return null;
        };
        for (Future<Void> done : clients.invokeAll(Collections.nCopies(CLIENTS, client))) {
            done.get();
        }
    }

    private static void use(Path mount, int round) throws IOException {
        Path file = mount.resolve("file-" + round % FILES);
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            var buffer = new byte[4096];
            for (int part = 0; part < 20; part++) {
                open.seek(part * 300L);
                open.readFully(buffer, 0, 400);
            }
            open.seek(9_000);
            open.write(buffer, 0, 500);
        }
        Files.getLastModifiedTime(file);
        Files.exists(mount.resolve("none-" + round));
        if (round % 20 == 0) {
            try (Stream<Path> list = Files.list(mount)) {
                if (list.count() < FILES) {
                    throw new IOException("files are missing in " + mount);
                }
            }
            Path made = Files.createTempFile(mount, "made", "");
            Files.delete(made);
        }
    }

    private static State state(Counted fileSystem) throws IOException, InterruptedException {
        var heaps = new ArrayList<Long>();
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
            Runtime runtime = Runtime.getRuntime();
            heaps.add(runtime.totalMemory() - runtime.freeMemory());
        }
        long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .sum();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
                Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return new State(
                    Collections.min(heaps), resident, descriptors.count(), threads.count(), fileSystem.nodes());
        }
    }
}
