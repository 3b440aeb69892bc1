package dev.lamella.benchmarks;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.GarbageCollection;
import dev.lamella.store.GcKind;
import dev.lamella.store.GcListener;
import dev.lamella.store.GcOptions;
import dev.lamella.store.GcReport;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.StoreConfig;
import dev.lamella.store.StoreLimits;
import dev.lamella.store.VolumeDraft;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.volume.BuildListener;
import dev.lamella.volume.LayerBuilder;
import dev.lamella.volume.LayerLimits;
import dev.lamella.volume.LayerSource;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.VolumeDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes and collects stores for {@code benchmarks/gc}: {@code make DIRECTORY IMAGES LAYERS} makes a store of so many images with so many layers of
 * their own each; {@code forget DIRECTORY} takes away every second reference; {@code collect DIRECTORY GRACE_SECONDS} collects and prints what
 * and how many milliseconds it took.
 */
final class CollectStore {

    private static final int THREADS = 8;

    private CollectStore() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        SigningKey key = SigningKey.loadOrCreate(directory.resolve("key.pem"));
        DirectoryStore store = DirectoryStore.open(
                directory.resolve("store"),
                StoreConfig.writer(key, TrustedKeys.load(List.of()))
                        .withLimits(StoreLimits.DEFAULT.withFreeSpaceFloor(0)));
        switch (arguments[0]) {
            case "make" -> make(store, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            case "forget" -> forget(store);
            case "collect" -> collect(store, Duration.ofSeconds(Long.parseLong(arguments[2])));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void collect(DirectoryStore store, Duration grace) throws IOException {
        long start = System.nanoTime();
        GcReport report = GarbageCollection.run(store, GcOptions.DEFAULT.withGrace(grace), GcListener.NONE);
        System.out.printf(
                Locale.ROOT,
                "%d %d %.1f%n",
                report.removed(GcKind.VOLUME),
                report.waiting(GcKind.VOLUME),
                (System.nanoTime() - start) / 1e6);
    }

    private static void forget(DirectoryStore store) throws IOException {
        boolean second = false;
        for (ImageRecord image : store.images()) {
            if (second) {
                store.removeReference("localhost/" + image.manifestDigest().hex() + ":1");
            }
            second = !second;
        }
    }

    private static void make(DirectoryStore store, int images, int layers) throws Exception {
        try (var executor = Executors.newFixedThreadPool(THREADS)) {
            var made = new ArrayList<Future<ImageRecord>>();
            for (int number = 0; number < images; number++) {
                int image = number;
                made.add(executor.submit(() -> publish(store, image, layers)));
            }
            for (Future<ImageRecord> image : made) {
                image.get();
            }
        }
    }

    private static ImageRecord publish(DirectoryStore store, int number, int layers) throws IOException {
        var builder = new OciImages().command("/bin/" + number);
        for (int layer = 0; layer < layers; layer++) {
            String text = "image %d, layer %d".formatted(number, layer);
            builder.layer(
                    new TarBytes().directory("etc/").file("etc/text", text).end());
        }
        OciImage image = builder.build();
        var records = new ArrayList<LayerRecord>();
        for (int layer = 0; layer < layers; layer++) {
            records.add(
                    publish(store, image.layers().get(layer), image.diffIds().get(layer)));
        }
        var record = new ImageRecord(
                image.digest(),
                image.mediaType(),
                image.manifest(),
                image.config(),
                Optional.empty(),
                records,
                "linux/amd64",
                Optional.empty(),
                Instant.parse("2026-01-31T12:00:00Z"));
        return store.publishImage(record, "localhost/" + image.digest().hex() + ":1");
    }

    private static LayerRecord publish(DirectoryStore store, ByteString blob, Digest diffId) throws IOException {
        byte[] bytes = blob.toByteArray();
        var source = new LayerSource(Digest.sha256Of(bytes), bytes.length, diffId, Optional.empty());
        try (VolumeDraft draft = store.newVolume(diffId)) {
            VolumeDescriptor descriptor = LayerBuilder.build(
                            new ByteArrayInputStream(bytes),
                            source,
                            draft.directory(),
                            LayerLimits.DEFAULT.withFreeSpaceFloor(0),
                            BuildListener.NONE)
                    .descriptor();
            draft.publish(descriptor);
            VolumeDescriptor.Blob seen = descriptor.blob();
            store.recordBlob(
                    new BlobRecord(seen.digest(), seen.sizeBytes(), seen.compression(), diffId, Optional.empty()));
        }
        return new LayerRecord(
                Digest.sha256Of(bytes), bytes.length, "application/vnd.oci.image.layer.v1.tar+gzip", diffId);
    }
}
