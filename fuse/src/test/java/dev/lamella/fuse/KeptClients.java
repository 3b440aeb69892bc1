package dev.lamella.fuse;

import dev.lamella.testkit.SeededRandom;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Uses a {@link TreeFileSystem} in many ways at a time, until it is closed, and remembers what is not right. */
final class KeptClients implements AutoCloseable {

    private static final long END_SECONDS_MAX = 60;

    private final Path root;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong lookups = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong handleReads = new AtomicLong();
    private final AtomicLong walks = new AtomicLong();
    private volatile boolean stopping;

    @FunctionalInterface
    private interface Use {
        void once(SeededRandom random) throws Exception;
    }

    KeptClients(Path root, long seed) {
        this.root = root;
        repeat(this::lookUp, lookups, new SeededRandom(seed));
        repeat(this::lookUp, lookups, new SeededRandom(seed + 1));
        repeat(this::read, reads, new SeededRandom(seed + 2));
        repeat(this::read, reads, new SeededRandom(seed + 3));
        repeat(this::readByHandle, handleReads, new SeededRandom(seed + 4));
        repeat(_ -> walk(), walks, new SeededRandom(seed + 5));
    }

    private void repeat(Use use, AtomicLong count, SeededRandom random) {
        threads.execute(() -> {
            while (!stopping) {
                try {
                    use.once(random);
                    count.incrementAndGet();
                } catch (Exception | AssertionError e) {
                    faults.add(e.toString());
                }
            }
        });
    }

    private Path file(int directory, int number) {
        return root.resolve(TreeFileSystem.directory(directory)).resolve(TreeFileSystem.file(number));
    }

    private void lookUp(SeededRandom random) throws IOException {
        int directory = random.nextInt(TreeFileSystem.DIRECTORIES);
        Path known = file(directory, random.nextInt(TreeFileSystem.FILES));
        if (Files.size(known) != TreeFileSystem.content(0, 0).length) {
            throw new AssertionError(known + " has another size");
        }
        try {
            Files.size(known.resolveSibling("none-" + random.nextInt(100)));
            throw new AssertionError("a file that is not there");
        } catch (NoSuchFileException _) {
            // as it should be
        }
    }

    private void read(SeededRandom random) throws IOException {
        int directory = random.nextInt(TreeFileSystem.DIRECTORIES);
        int number = random.nextInt(TreeFileSystem.FILES);
        if (!Arrays.equals(Files.readAllBytes(file(directory, number)), TreeFileSystem.content(directory, number))) {
            throw new AssertionError(file(directory, number) + " has another content");
        }
    }

    /** Each handle is in use for longer than most servers live. */
    private void readByHandle(SeededRandom random) throws IOException {
        byte[] content = TreeFileSystem.content(1, 1);
        try (var open = new RandomAccessFile(file(1, 1).toFile(), "r")) {
            byte[] part = new byte[500];
            for (int round = 0; round < 200 && !stopping; round++) {
                int offset = random.nextInt(content.length - part.length);
                open.seek(offset);
                open.readFully(part);
                if (!Arrays.equals(part, 0, part.length, content, offset, offset + part.length)) {
                    throw new AssertionError("another content by a handle");
                }
            }
        }
    }

    private void walk() throws IOException, InterruptedException {
        Process find = new ProcessBuilder("find", root.toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(find.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        int code = find.waitFor();
        if (code != 0 || lines.size() != TreeFileSystem.ALL) {
            throw new AssertionError("find ended with %d: %s".formatted(code, lines));
        }
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Returns how often each kind of use has succeeded. */
    List<Long> counts() {
        return List.of(lookups.get(), reads.get(), handleReads.get(), walks.get());
    }

    @Override
    public void close() {
        stopping = true;
        threads.shutdown();
        try {
            if (threads.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        faults.add("a client has had no answer for %d s".formatted(END_SECONDS_MAX));
    }
}
