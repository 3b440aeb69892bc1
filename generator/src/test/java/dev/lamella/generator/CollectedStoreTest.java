package dev.lamella.generator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.GarbageCollection;
import dev.lamella.store.GcListener;
import dev.lamella.store.GcOptions;
import dev.lamella.store.HeldLease;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.Lease;
import dev.lamella.store.LeaseTerms;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TestRegistry;
import dev.lamella.volume.LayerLimits;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeVerifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Garbage collections in processes of their own, while others publish 1,000 images that share layers, remove them, read them and hold leases, and
 * while collectors and publishers are killed: nothing needed is lost, nothing unneeded stays.
 */
@Tag("integration")
@Timeout(600)
class CollectedStoreTest {

    private static final int IMAGES = 1000;
    private static final int KILLS = Integer.getInteger("lamella.kills", 50);
    private static final int PUBLISHERS = 3;
    private static final int COLLECTORS = 2;
    private static final int PAUSE_MILLIS_MAX = 800;

    /** Every fifth image is never removed. */
    private static final int KEPT_EVERY = 5;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
    private final SeededRandom random = new SeededRandom(seed);
    private final Set<Integer> published = ConcurrentHashMap.newKeySet();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger collections = new AtomicInteger();
    private final AtomicInteger removals = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger leases = new AtomicInteger();
    private final List<Child> children = new ArrayList<>();
    private volatile boolean over;
    private String repository = "";

    /** A process that is started again when it was killed. */
    private final class Child {
        private final int number;
        private Process process;

        Child(int number) throws IOException {
            this.number = number;
            this.process = start();
        }

        private Process start() throws IOException {
            var arguments = new ArrayList<String>();
            if (number < PUBLISHERS) {
                int first = number;
                while (first < IMAGES && published.contains(first)) {
                    first += PUBLISHERS;
                }
                arguments.addAll(List.of("publish", directory.toString(), repository));
                for (long value : new long[] {first, PUBLISHERS, IMAGES, random.nextLong()}) {
                    arguments.add(Long.toString(value));
                }
            } else {
                arguments.addAll(List.of("collect", directory.toString()));
            }
            Process started = StoreProcess.start(arguments);
            Thread.ofVirtual().start(() -> listen(started.inputReader()));
            return started;
        }

        void kill() throws IOException, InterruptedException {
            process.destroyForcibly().waitFor();
            process = start();
        }

        void end() throws IOException, InterruptedException {
            process.outputWriter().append('\n').close();
            int code = process.waitFor();
            if (code != 0) {
                faults.add("process %d ended with %d".formatted(number, code));
            }
        }
    }

    private void listen(BufferedReader lines) {
        lines.lines().forEach(line -> {
            if (line.startsWith("published ")) {
                published.add(Integer.valueOf(line.substring(10)));
            } else if (line.startsWith("removed ")) {
                collections.incrementAndGet();
            } else if (line.startsWith("problem ") || line.contains("Exception")) {
                faults.add(line);
            }
        });
    }

    @Test
    void nothingNeededIsLostAndNothingUnneededStays() throws Exception {
        DirectoryStore store = StoreProcess.open(directory);
        try (TestRegistry registry = TestRegistry.start()) {
            push(registry);
            Files.writeString(
                    directory.resolve("registries.conf"),
                    "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(registry.address()));
            try {
                start();
                run(store);
            } finally {
                over = true;
                for (Child child : children) {
                    child.process.destroyForcibly().waitFor();
                }
            }
        }
        System.out.printf(
                "%d collections, %d removals, %d images read, %d leases held%n",
                collections.get(), removals.get(), reads.get(), leases.get());
        assertThat(faults).as("seed %d", seed).isEmpty();
        assertThat(collections.get()).isGreaterThan(10);
        assertThat(Math.min(removals.get(), Math.min(reads.get(), leases.get())))
                .isGreaterThan(10);
        requireExactlyWhatIsNeeded(store);
    }

    private void start() throws IOException {
        for (int number = 0; number < PUBLISHERS + COLLECTORS; number++) {
            children.add(new Child(number));
        }
    }

    /** Kills until there were enough kills and every image was published. */
    private void run(DirectoryStore store) throws IOException, InterruptedException {
        var threads = List.of(thread(() -> remove(store)), thread(() -> read(store)), thread(() -> holdLeases(store)));
        int kills = 0;
        while (kills < KILLS || published.size() < IMAGES) {
            Thread.sleep(random.nextInt(PAUSE_MILLIS_MAX));
            if (kills < KILLS) {
                random.pick(children).kill();
                kills++;
            }
            assertThat(faults).as("seed %d", seed).isEmpty();
        }
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
        for (Child child : children) {
            child.end();
        }
    }

    private void push(TestRegistry registry) {
        for (int number = 0; number < IMAGES; number++) {
            var image = new OciImages()
                    .layer(layer("base " + number % 10))
                    .layer(layer("middle " + number % 97))
                    .command("/bin/" + number);
            if (number % 2 == 0) {
                image.layer(layer("own " + number));
            }
            repository = registry.push("test/images", Integer.toString(number), image.build());
        }
        repository = repository.substring(0, repository.lastIndexOf(':'));
    }

    private static byte[] layer(String name) {
        return new TarBytes()
                .directory("d/")
                .file("d/" + name.replace(' ', '-'), name.repeat(50))
                .end();
    }

    private interface Work {
        void run() throws Exception;
    }

    private Thread thread(Work work) {
        return Thread.ofPlatform().start(() -> {
            try {
                while (!over) {
                    work.run();
                }
            } catch (Exception | AssertionError e) {
                faults.add(e.toString());
            }
        });
    }

    private Optional<String> anyPublished() {
        List<Integer> numbers = List.copyOf(published);
        return numbers.isEmpty()
                ? Optional.empty()
                : Optional.of(repository + ":" + numbers.get((int) (Math.random() * numbers.size())));
    }

    private static boolean isKept(String reference) {
        return Integer.parseInt(reference.substring(reference.lastIndexOf(':') + 1)) % KEPT_EVERY == 0;
    }

    private void remove(DirectoryStore store) throws IOException, InterruptedException {
        Thread.sleep(10);
        Optional<String> reference = anyPublished().filter(name -> !isKept(name));
        if (reference.isPresent() && store.removeReference(reference.get())) {
            removals.incrementAndGet();
        }
    }

    /** Whatever a reference leads to is whole, and what is never removed is there. */
    private void read(DirectoryStore store) throws IOException, InterruptedException {
        Optional<String> reference = anyPublished();
        if (reference.isEmpty()) {
            Thread.sleep(10);
            return;
        }
        long start = System.nanoTime();
        Optional<ImageRecord> image = store.image(reference.get());
        if (image.isEmpty()) {
            assertThat(isKept(reference.get()))
                    .as("%s is lost", reference.get())
                    .isFalse();
            return;
        }
        Optional<Digest> missing = Optional.empty();
        for (LayerRecord layer : image.get().layers()) {
            if (!isWhole(store, layer.diffId())) {
                missing = Optional.of(layer.diffId());
            }
        }
        boolean still = store.image(reference.get()).isPresent();
        // Within the grace time it cannot have been removed, collected and published again.
        if (missing.isPresent() && still && System.nanoTime() - start < StoreProcess.GRACE.toNanos()) {
            faults.add("%s lacks %s".formatted(reference.get(), missing.get()));
        }
        reads.incrementAndGet();
    }

    private static boolean isWhole(DirectoryStore store, Digest diffId) throws IOException {
        try {
            Optional<Volume> volume = store.volume(diffId);
            return volume.isPresent()
                    && Digest.sha256Of(Files.readAllBytes(volume.get().data())).equals(diffId);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** What is there when a lease was taken stays, though nothing else needs it. */
    private void holdLeases(DirectoryStore store) throws IOException, InterruptedException {
        Optional<String> reference = anyPublished().filter(name -> !isKept(name));
        Optional<ImageRecord> image = reference.isEmpty() ? Optional.empty() : store.image(reference.get());
        if (image.isEmpty()) {
            Thread.sleep(10);
            return;
        }
        Set<Digest> layers =
                image.get().layers().stream().map(LayerRecord::diffId).collect(Collectors.toSet());
        var terms = new LeaseTerms("node-1", "a node", Duration.ofMinutes(5), Set.of(), layers);
        try (HeldLease _ = HeldLease.take(store, terms)) {
            Set<Digest> there = new HashSet<>();
            for (Digest layer : layers) {
                if (isWhole(store, layer)) {
                    there.add(layer);
                }
            }
            store.removeReference(reference.orElseThrow());
            Thread.sleep(StoreProcess.GRACE.multipliedBy(5));
            for (Digest layer : there) {
                assertThat(isWhole(store, layer))
                        .as("leased volume %s is there", layer)
                        .isTrue();
            }
        }
        leases.incrementAndGet();
    }

    private void requireExactlyWhatIsNeeded(DirectoryStore store) throws Exception {
        for (Lease lease : store.leases()) {
            assertThat(lease.name()).as("only publishers were killed").startsWith("publish-");
            store.removeLease(lease.name()); // as if it had ended
        }
        GcOptions options = GcOptions.DEFAULT.withGrace(StoreProcess.GRACE);
        GarbageCollection.run(store, options, GcListener.NONE);
        Thread.sleep(StoreProcess.GRACE);
        assertThat(GarbageCollection.run(store, options, GcListener.NONE).problems())
                .isEmpty();

        var needed = new TreeSet<Digest>();
        var referenced = new HashSet<Digest>();
        for (int number = 0; number < IMAGES; number++) {
            Optional<ImageRecord> image = store.image(repository + ":" + number);
            assertThat(image.isPresent() || number % KEPT_EVERY != 0)
                    .as("image %d is there, seed %d", number, seed)
                    .isTrue();
            image.ifPresent(there -> {
                referenced.add(there.manifestDigest());
                there.layers().forEach(layer -> needed.add(layer.diffId()));
            });
        }
        assertThat(store.images())
                .as("seed %d", seed)
                .extracting(ImageRecord::manifestDigest)
                .containsExactlyInAnyOrderElementsOf(referenced);
        assertThat(store.volumes()).as("seed %d", seed).containsExactlyElementsOf(needed);
        Set<Digest> recorded = store.blobs().stream().map(BlobRecord::diffId).collect(Collectors.toSet());
        assertThat(recorded).as("seed %d", seed).isEqualTo(needed);
        StoreProcess.open(directory).cleanUp();
        assertThat(directory.resolve("store/tmp")).isEmptyDirectory();
        assertThat(filesBelow("store/gc/withdrawn")).isEmpty();
        var trusted = TrustedKeys.of(SigningKey.loadOrCreate(directory.resolve("key.pem")));
        var verifier = new VolumeVerifier(trusted, LayerLimits.DEFAULT);
        for (Digest diffId : needed) {
            Path volume = store.volume(diffId).orElseThrow().directory();
            assertThat(verifier.verify(volume, diffId, VolumeVerifier.Depth.FULL))
                    .isEmpty();
        }
    }

    private List<Path> filesBelow(String name) throws IOException {
        try (var paths = Files.walk(directory.resolve(name))) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }
}
