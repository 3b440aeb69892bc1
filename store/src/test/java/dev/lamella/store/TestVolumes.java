package dev.lamella.store;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.volume.Compression;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Volumes and images for tests of stores, which look at names, sizes and signatures only, not into tars and indexes.
 */
final class TestVolumes {

    private TestVolumes() {}

    /** Returns the content of a data file. */
    static byte[] data(long seed, int sizeBytes) {
        return new SeededRandom(seed).bytes(sizeBytes);
    }

    static Digest diffId(byte[] data) {
        return Digest.sha256Of(data);
    }

    /** Writes the files of a volume and returns its descriptor. */
    static VolumeDescriptor write(Path directory, byte[] data) throws IOException {
        byte[] index = Digest.sha256Of(data).toString().getBytes(StandardCharsets.US_ASCII);
        Files.write(directory.resolve(Volume.DATA), data);
        Files.write(directory.resolve(Volume.INDEX), index);
        Files.write(directory.resolve(Volume.VERITY), new byte[0]);
        return descriptor(data, index);
    }

    private static VolumeDescriptor descriptor(byte[] data, byte[] index) {
        return new VolumeDescriptor(
                diffId(data),
                new VolumeDescriptor.Data(data.length, Digest.sha256Of(new byte[] {1})),
                new VolumeDescriptor.Index(index.length, Digest.sha256Of(index), Digest.sha256Of(new byte[] {2})),
                new VolumeDescriptor.Blob(Digest.sha256Of(new byte[] {3}), 77, Compression.GZIP, Optional.empty()),
                new VolumeDescriptor.Counts(1, 1, 1, 0, 0, 0),
                Instant.parse("2026-01-31T12:00:00Z"),
                "test");
    }

    /** Publishes a volume. */
    static Volume publish(VolumeStore store, byte[] data) throws IOException {
        try (VolumeDraft draft = store.newVolume(diffId(data))) {
            return draft.publish(write(draft.directory(), data));
        }
    }

    /** Returns an image of some layers. */
    static ImageRecord image(String name, List<Digest> diffIds) {
        byte[] manifest = ("{\"manifest\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8);
        var layers = new ArrayList<LayerRecord>();
        for (Digest diffId : diffIds) {
            layers.add(new LayerRecord(
                    Digest.sha256Of(diffId.bytes()), 5, "application/vnd.oci.image.layer.v1.tar+gzip", diffId));
        }
        return new ImageRecord(
                Digest.sha256Of(manifest),
                "application/vnd.oci.image.manifest.v1+json",
                ByteString.of(manifest),
                ByteString.utf8("{\"config\":\"" + name + "\"}"),
                Optional.empty(),
                layers,
                "linux/amd64",
                Optional.of(Instant.parse("2025-12-01T00:00:00Z")),
                Instant.parse("2026-01-31T12:00:00Z"));
    }

    /** Returns an image index. */
    static ImageRecord.Index index(String name) {
        ByteString content = ByteString.utf8("{\"index\":\"" + name + "\"}");
        return new ImageRecord.Index(
                Digest.sha256Of(content.toByteArray()), "application/vnd.oci.image.index.v1+json", content);
    }
}
