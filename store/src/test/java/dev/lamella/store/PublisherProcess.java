package dev.lamella.store;

import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.VolumeDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A publisher in a process of its own: {@code STORE KEY FIRST_SEED COUNT}. Publishes volumes and images of them. With a count of {@link #ONE_HELD} it
 * makes one draft, waits for a line of input and publishes that; with {@link #CLOCK} it reads the store's clock until it is killed.
 */
final class PublisherProcess {

    static final int DATA_BYTES = 300_000;
    static final long ONE_HELD = 0;
    static final long CLOCK = -1;

    private PublisherProcess() {}

    /** Runs until it is done or killed. */
    public static void main(String[] arguments) throws IOException {
        SigningKey key = SigningKey.loadOrCreate(Path.of(arguments[1]));
        DirectoryStore store = open(Path.of(arguments[0]), key);
        long firstSeed = Long.parseLong(arguments[2]);
        long count = Long.parseLong(arguments[3]);
        if (count == ONE_HELD) {
            holdDraft(store, firstSeed);
            return;
        }
        System.out.println("started");
        while (count == CLOCK) {
            store.files().now();
        }
        for (long seed : LongStream.range(firstSeed, firstSeed + count).toArray()) {
            byte[] data = TestVolumes.data(seed, DATA_BYTES);
            TestVolumes.publish(store, data);
            store.publishImage(
                    TestVolumes.image("image " + seed, List.of(TestVolumes.diffId(data))),
                    "localhost/image:" + seed % 3);
        }
    }

    private static void holdDraft(DirectoryStore store, long seed) throws IOException {
        byte[] data = TestVolumes.data(seed, DATA_BYTES);
        try (VolumeDraft draft = store.newVolume(TestVolumes.diffId(data))) {
            VolumeDescriptor descriptor = TestVolumes.write(draft.directory(), data);
            System.out.println("started");
            if (System.in.read() >= 0) {
                draft.publish(descriptor);
            }
        }
    }

    static DirectoryStore open(Path root, SigningKey key) throws IOException {
        StoreLimits limits = StoreLimits.DEFAULT.withFreeSpaceFloor(0);
        return DirectoryStore.open(
                root, StoreConfig.writer(key, TrustedKeys.load(List.of())).withLimits(limits));
    }

    /** Starts one. */
    static Process start(Path root, Path key, long firstSeed, long count) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home", ""), "bin", "java")
                                .toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        PublisherProcess.class.getName(),
                        root.toString(),
                        key.toString(),
                        Long.toString(firstSeed),
                        Long.toString(count))
                .redirectErrorStream(true)
                .start();
    }
}
