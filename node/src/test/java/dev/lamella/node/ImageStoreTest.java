package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.Digest;
import dev.lamella.linux.LockTimeoutException;
import dev.lamella.linux.PosixLock;
import dev.lamella.volume.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageStoreTest {

    private final Path root;
    private final ImageStore store;

    ImageStoreTest(@TempDir Path directory) {
        root = directory.resolve("images");
        store = new ImageStore(root, Duration.ofSeconds(10));
    }

    private static Digest digest(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ShownLayer layer(String name) {
        return new ShownLayer(
                digest(name).hex(),
                Optional.empty(),
                digest(name),
                1,
                digest("blob"),
                1,
                Compression.GZIP,
                Instant.EPOCH,
                List.of(0L),
                List.of(0L));
    }

    private static ShownImage image(String name, String... documents) {
        var bigData = new LinkedHashMap<String, ShownImage.Document>();
        for (String document : documents) {
            bigData.put(document, new ShownImage.Document(digest("content"), 7));
        }
        return new ShownImage(
                digest(name).hex(), digest(name), List.of(name), digest("layer").hex(), Instant.EPOCH, bigData);
    }

    private Path layersFile() {
        return root.resolve("overlay-layers/layers.json");
    }

    private Path imagesFile() {
        return root.resolve("overlay-images/images.json");
    }

    @Test
    void makesAnEmptyStoreOnceThatEverybodyMayRead() throws IOException {
        assertThat(store.layers()).isEmpty();
        store.create();
        assertThat(layersFile()).hasContent("[]");
        assertThat(imagesFile()).hasContent("[]");
        for (String file : List.of("overlay-layers/layers.lock", "overlay-images/images.lock")) {
            assertThat(root.resolve(file)).hasSize(64);
        }
        for (Path file : List.of(layersFile(), imagesFile())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r--r--");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.resolveSibling("."))))
                    .isEqualTo("rwxr-xr-x");
        }
        store.writeLayers(List.of(layer("a")));
        store.create();
        assertThat(store.layers()).containsExactly(layer("a"));
    }

    @Test
    void everyWriteIsNoticedByEveryEngine() throws Exception {
        store.create();
        var seen = new HashSet<String>();
        var inodes = new HashMap<Path, Object>();
        for (int i = 0; i < 5; i++) {
            Thread.sleep(20); // longer than the kernel's clock of time stamps ticks
            store.writeLayers(List.of(layer("a")));
            store.writeImages(List.of(image("x")));
            for (Path list : List.of(layersFile(), imagesFile())) {
                Object inode = Files.getAttribute(list, "unix:ino");
                assertThat(inodes.put(list, inode))
                        .as("replaced, not overwritten")
                        .isNotEqualTo(inode);
                assertThat(seen.add(list + " " + Files.getLastModifiedTime(list)))
                        .as("another time of %s", list)
                        .isTrue();
                String name = String.valueOf(list.getFileName()).replace(".json", ".lock");
                byte[] lock = Files.readAllBytes(list.resolveSibling(name));
                assertThat(lock).hasSize(64);
                assertThat(seen.add(list + new String(lock, StandardCharsets.ISO_8859_1)))
                        .as("other bytes of %s", name)
                        .isTrue();
            }
        }
    }

    /** Killed between the two, engines read an old list once more; the other way round they would miss a new one. */
    @Test
    void lockBytesChangeBeforeTheList() throws Exception {
        store.create();
        Path lock = root.resolve("overlay-images/images.lock");
        byte[] before = Files.readAllBytes(lock);
        Files.createDirectory(root.resolve("overlay-images/images.json.new"));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> store.writeImages(List.of(image("x"))));
        assertThat(Files.readAllBytes(lock)).hasSize(64).isNotEqualTo(before);
        assertThat(store.images()).isEmpty();
    }

    @Test
    void readersAlwaysSeeAWholeList() throws Exception {
        store.create();
        List<ShownLayer> few = List.of(layer("a"));
        List<ShownLayer> many =
                IntStream.range(0, 300).mapToObj(i -> layer("layer " + i)).toList();
        try (var executor = Executors.newSingleThreadExecutor()) {
            var writing = executor.submit((Callable<Void>) () -> {
                for (int i = 0; i < 40; i++) {
                    store.writeLayers(i % 2 == 0 ? few : many);
                }
                return null;
            });
            var reader = new ImageStore(root, Duration.ofSeconds(10));
            while (!writing.isDone()) {
                assertThat(reader.layers())
                        .satisfiesAnyOf(
                                list -> assertThat(list).isEmpty(),
                                list -> assertThat(list).isEqualTo(few),
                                list -> assertThat(list).isEqualTo(many));
            }
            writing.get();
        }
    }

    @Test
    void waitsForAnEngineThatReads() throws Exception {
        store.create();
        var impatient = new ImageStore(root, Duration.ofMillis(50));
        Path lock = root.resolve("overlay-layers/layers.lock");
        try (PosixLock _ = PosixLock.exclusive(lock, 0644, Duration.ofSeconds(10));
                var executor = Executors.newSingleThreadExecutor()) {
            executor.submit((Callable<Void>) () -> {
                        assertThatExceptionOfType(LockTimeoutException.class)
                                .isThrownBy(() -> impatient.writeLayers(List.of(layer("a"))))
                                .withMessageContaining("layers.lock");
                        return null;
                    })
                    .get();
        }
        assertThat(store.layers()).isEmpty();
        impatient.writeLayers(List.of(layer("a")));
        assertThat(store.layers()).hasSize(1);
    }

    @Test
    void damagedListsAreNamed() throws IOException {
        store.create();
        Files.writeString(layersFile(), "[{]");
        Files.writeString(imagesFile(), "[{}]");
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(store::layers)
                .withMessageStartingWith(layersFile() + ": not JSON");
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(store::images)
                .withMessageStartingWith(imagesFile() + ": ");
    }

    @ParameterizedTest
    @CsvSource({
        "manifest, manifest",
        "signatures, signatures",
        "a.b-c, =YS5iLWM=",
        "Manifest, =TWFuaWZlc3Q=",
        "sha256:00, =c2hhMjU2OjAw"
    })
    void documentsHaveTheFileNamesOfContainersStorage(String key, String file) {
        assertThat(ImageStore.documentName(key)).isEqualTo(file);
    }

    @Test
    void documentsStayAsLongAsTheyAreListed() throws IOException {
        store.create();
        ShownImage kept = image("kept", "manifest", "sha256:00");
        ShownImage unlisted = image("unlisted", "manifest", "sha256:00");
        for (ShownImage image : List.of(kept, unlisted)) {
            for (String key : image.bigData().keySet()) {
                store.writeDocument(image.id(), key, "content".getBytes(StandardCharsets.UTF_8));
            }
        }
        Path documents = root.resolve("overlay-images").resolve(kept.id());
        Path others = root.resolve("overlay-images").resolve(unlisted.id());
        assertThat(documents.resolve("=c2hhMjU2OjAw")).hasContent("content");
        assertThat(others.resolve("manifest")).hasContent("content");

        Files.writeString(documents.resolve("manifest.new"), "half");
        Files.writeString(documents.resolve("=c2hhMjU2OjAx.new"), "half");
        Files.writeString(documents.resolve("=c2hhMjU2OjAx"), "of an image that was never listed");
        Files.writeString(root.resolve("overlay-images/images.json.new"), "half");
        Path notOurs = Files.createDirectory(others.resolve("Somebody's"));
        Path alsoNotOurs = Files.createDirectory(root.resolve("overlay-images/other"));
        store.removeUnlisted(List.of(kept));
        assertThat(NodeFiles.names(documents)).containsExactlyInAnyOrder("manifest", "=c2hhMjU2OjAw");
        assertThat(root.resolve("overlay-images/images.json.new")).doesNotExist();
        assertThat(NodeFiles.names(others)).containsExactly("Somebody's");
        assertThat(alsoNotOurs).exists();
        Files.delete(notOurs);
        store.removeUnlisted(List.of(kept));
        assertThat(others).doesNotExist();
    }
}
