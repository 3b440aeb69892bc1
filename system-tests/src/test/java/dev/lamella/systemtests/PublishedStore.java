package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.StoreConfig;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TarBytes;
import dev.lamella.volume.LayerLimits;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.VolumeVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The store of a {@link Machine}, looked at from outside between two publications that were disturbed. */
record PublishedStore(Path machine) {

    /** Returns an image of three layers of 2 MB that do not compress. */
    static OciImage image() {
        var content = new SeededRandom(1);
        var builder = new OciImages();
        for (int layer = 0; layer < 3; layer++) {
            var tar = new TarBytes();
            for (int file = 0; file < 50; file++) {
                tar.file("layer" + layer + "-" + file, content.bytes(40_000));
            }
            builder.layer(tar.end());
        }
        return builder.build();
    }

    Path path() {
        return machine.resolve("store");
    }

    /** Returns what publishers have not finished or cleaned up. */
    List<String> drafts() throws IOException {
        try (Stream<Path> drafts = Files.list(path().resolve("tmp"))) {
            return drafts.map(Path::toString).toList();
        }
    }

    /** Verifies every volume that is visible, wholly, and that every image has all its volumes. */
    void requireWholeOrInvisible(String when) throws IOException {
        Path key = machine.resolve("keys/signing.pem.pub");
        if (!DirectoryStore.exists(path()) || Files.notExists(key)) {
            return;
        }
        TrustedKeys trusted = TrustedKeys.load(List.of(key));
        DirectoryStore store = DirectoryStore.open(path(), StoreConfig.reader(trusted));
        var verifier = new VolumeVerifier(trusted, LayerLimits.DEFAULT);
        for (Digest diffId : store.volumes()) {
            Path directory = store.volume(diffId).orElseThrow().directory();
            assertThat(verifier.verify(directory, diffId, VolumeVerifier.Depth.FULL))
                    .as(when)
                    .isEmpty();
        }
        for (ImageRecord image : store.images()) {
            for (LayerRecord layer : image.layers()) {
                assertThat(store.volume(layer.diffId())).as(when).isPresent();
            }
        }
    }
}
