package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.BadSignatureException;
import dev.lamella.volume.CorruptVolumeException;
import dev.lamella.volume.DiskFullException;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends VolumeStoreContractTest {

    private static final StoreLimits SMALL = StoreLimits.DEFAULT.withFreeSpaceFloor(0);

    @TempDir
    Path directory;

    @Override
    VolumeStore open(StoreConfig config) throws IOException {
        return DirectoryStore.open(directory.resolve("store"), config);
    }

    private StoreConfig config(StoreLimits limits) throws IOException {
        return StoreConfig.writer(KEY, TrustedKeys.load(List.of())).withLimits(limits);
    }

    private Path root() {
        return directory.resolve("store");
    }

    @Test
    void publishedFilesAreReadOnlyAndDirectoriesOpenToAll() throws IOException {
        byte[] data = TestVolumes.data(1, 100);
        Volume volume = TestVolumes.publish(store, data);
        ImageRecord image = TestVolumes.image("x", List.of(TestVolumes.diffId(data)));
        store.publishImage(image, REFERENCE);
        try (var paths = Files.walk(root())) {
            for (Path path : paths.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                if (Files.isDirectory(path)) {
                    assertThat(mode).as(path.toString()).isEqualTo("rwxr-xr-x");
                } else if (!path.endsWith("store.lock")) {
                    assertThat(mode).as(path.toString()).isEqualTo("r--r--r--");
                }
            }
        }
        assertThat(volume.directory())
                .isEqualTo(root().resolve("volumes/sha256")
                        .resolve(TestVolumes.diffId(data).hex().substring(0, 2))
                        .resolve(TestVolumes.diffId(data).hex()));
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        byte[] data = TestVolumes.data(1, 100);
        TestVolumes.publish(store, data);
        TestVolumes.publish(store, data);
        store.publishImage(TestVolumes.image("x", List.of(TestVolumes.diffId(data))), REFERENCE);
        store.publishImage(TestVolumes.image("x", List.of(TestVolumes.diffId(data))), REFERENCE);
        assertThat(root().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void foreignDirectoryIsRefused() throws IOException {
        Path home = Files.createDirectory(directory.resolve("home"));
        Files.writeString(home.resolve("letter"), "");
        assertThatThrownBy(() -> DirectoryStore.open(home, config(SMALL)))
                .isInstanceOf(StoreVersionException.class)
                .hasMessageContaining("letter");
        assertThatThrownBy(() -> DirectoryStore.open(home, StoreConfig.reader(TrustedKeys.of(KEY))))
                .isInstanceOf(StoreVersionException.class)
                .hasMessageContaining("not a volume store");
    }

    @Test
    void storeWhoseMakingWasCutShortIsFinished() throws IOException {
        Path cut = directory.resolve("cut");
        Files.createDirectories(cut.resolve("tmp"));
        DirectoryStore.open(cut, config(SMALL));
        assertThat(cut.resolve("store.json")).exists();
    }

    @Test
    void otherVersionIsRefused() throws IOException {
        Files.delete(root().resolve("store.json"));
        Files.writeString(root().resolve("store.json"), "{\"storeVersion\":2}");
        assertThatThrownBy(() -> DirectoryStore.open(root(), config(SMALL)))
                .isInstanceOf(StoreVersionException.class)
                .hasMessageContaining("version 2");
        Files.writeString(root().resolve("store.json"), "{\"storeVersion\":1,\"x\":1}");
        assertThatThrownBy(() -> DirectoryStore.open(root(), config(SMALL)))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining("field \"x\": unknown");
    }

    @Test
    void freeSpaceFloorHolds() throws IOException {
        VolumeStore full = open(config(StoreLimits.DEFAULT.withFreeSpaceFloor(Long.MAX_VALUE)));
        assertThatThrownBy(() -> full.newVolume(Digest.sha256Of(new byte[0])))
                .isInstanceOf(DiskFullException.class)
                .hasMessageContaining("bytes needed at least");
    }

    @Test
    void lockThatIsNotGivenUpIsAnError() throws Exception {
        VolumeStore impatient = open(config(SMALL.withLockWait(50)));
        var result = new CompletableFuture<Throwable>();
        try (StoreLock _ = StoreLock.take(root().resolve("store.lock"), 1000)) {
            Thread.ofPlatform().start(() -> {
                try {
                    impatient.removeReference("x");
                    result.complete(new AssertionError("removed"));
                } catch (IOException e) {
                    result.complete(e);
                }
            });
            assertThat(result.get()).isInstanceOf(StoreBusyException.class).hasMessageContaining("50 ms");
        }
        assertThat(impatient.removeReference("x")).isFalse();
    }

    @Test
    void cleanUpRemovesDeadDraftsOnly() throws IOException {
        VolumeStore eager = open(config(SMALL.withStrayAge(-1000)));
        Path tmp = root().resolve("tmp");
        Path dead = tmp.resolve("volume-dead");
        Files.createDirectories(dead.resolve("content"));
        Files.writeString(dead.resolve("lease"), "");
        Files.writeString(dead.resolve("content/data.tar"), "half");
        Files.writeString(tmp.resolve(".nfs0001"), "");
        Files.createDirectory(tmp.resolve("volume-no-lease"));
        byte[] data = TestVolumes.data(1, 100);
        try (VolumeDraft live = eager.newVolume(TestVolumes.diffId(data))) {
            assertThat(eager.cleanUp()).containsExactlyInAnyOrder("volume-dead", ".nfs0001", "volume-no-lease");
            live.publish(TestVolumes.write(live.directory(), data));
        }
        assertThat(eager.volume(TestVolumes.diffId(data))).isPresent();
    }

    @Test
    void cleanUpLeavesYoungStrayFiles() throws IOException {
        Path young = Files.writeString(root().resolve("tmp/.nfs0002"), "");
        assertThat(store.cleanUp()).isEmpty();
        Files.setLastModifiedTime(young, FileTime.from(Instant.now().minusSeconds(90)));
        assertThat(store.cleanUp()).containsExactly(".nfs0002");
    }

    @Test
    void garbageIsPassedOver() throws IOException {
        byte[] data = TestVolumes.data(1, 100);
        Volume volume = TestVolumes.publish(store, data);
        ImageRecord image = TestVolumes.image("x", List.of());
        store.publishImage(image, REFERENCE);
        for (String garbage : List.of(
                "volumes/md5", "volumes/sha256/zz", "volumes/sha256/abc", "images/sha256/ab/abcd", "references/x")) {
            Files.createDirectories(root().resolve(garbage));
        }
        Files.writeString(root().resolve("volumes/README"), "");
        Files.writeString(root().resolve("volumes/sha256/aa"), "");
        Path empty = Files.createDirectories(root().resolve("volumes/sha256/00/" + "0".repeat(64)));
        assertThat(store.volumes()).containsExactly(volume.descriptor().diffId());
        assertThat(store.images()).containsExactly(image);
        assertThat(store.references(image.manifestDigest())).containsExactly(REFERENCE);
        assertThat(store.volume(new Digest("sha256", "0".repeat(64)))).isEmpty();
        assertThat(empty).exists();
    }

    @Test
    void directoryWithoutDescriptorIsNoVolumeAndGivesWay() throws IOException {
        byte[] data = TestVolumes.data(1, 100);
        Volume volume = TestVolumes.publish(store, data);
        Files.delete(volume.directory().resolve(Volume.DESCRIPTOR));
        assertThat(store.volume(TestVolumes.diffId(data))).isEmpty();
        assertThat(store.volumes()).isEmpty();
        TestVolumes.publish(store, data);
        assertThat(store.volume(TestVolumes.diffId(data))).isPresent();
    }

    @Test
    void volumeInTheWrongPlaceIsNotUsed() throws IOException {
        byte[] data = TestVolumes.data(1, 100);
        Volume volume = TestVolumes.publish(store, data);
        Digest other = new Digest("sha256", "0".repeat(64));
        Files.createDirectories(root().resolve("volumes/sha256/00"));
        Path place = root().resolve("volumes/sha256/00/" + other.hex());
        Files.move(volume.directory(), place);
        assertThatThrownBy(() -> store.volume(other))
                .isInstanceOf(CorruptVolumeException.class)
                .hasMessageContaining("the descriptor of another volume");
    }

    @Test
    void truncatedFileIsSeenAtOnce() throws IOException {
        byte[] data = TestVolumes.data(1, 100);
        Volume volume = TestVolumes.publish(store, data);
        replace(volume.data(), new byte[99]);
        assertThatThrownBy(() -> store.volume(TestVolumes.diffId(data)))
                .isInstanceOf(CorruptVolumeException.class)
                .hasMessageContaining("99 bytes, expected 100");
    }

    @Test
    void damagedImageIsNamedAndMayBePublishedAgain() throws IOException {
        ImageRecord image = TestVolumes.image("x", List.of());
        store.publishImage(image, REFERENCE);
        Path place = new StoreLayout(root()).image(image.manifestDigest());
        replace(place.resolve("config"), new byte[] {1});
        assertThatThrownBy(() -> store.image(REFERENCE))
                .isInstanceOf(DamagedImageException.class)
                .hasMessageContaining("config");
        assertThat(store.images()).isEmpty();
        Files.delete(place.resolve("config"));
        assertThatThrownBy(() -> store.image(REFERENCE)).isInstanceOf(DamagedImageException.class);
        store.publishImage(image, REFERENCE);
        assertThat(store.image(REFERENCE)).contains(image);
    }

    @Test
    void unreadableImageProtectsAllVolumes() throws IOException {
        byte[] data = TestVolumes.data(1, 100);
        TestVolumes.publish(store, data);
        ImageRecord image = TestVolumes.image("x", List.of());
        store.publishImage(image, REFERENCE);
        Path record = new StoreLayout(root()).image(image.manifestDigest()).resolve("image.json");
        byte[] content = Files.readAllBytes(record);
        content[content.length - 10] ^= 1;
        replace(record, content);
        Digest diffId = TestVolumes.diffId(data);
        assertThatThrownBy(() -> store.removeVolumes(List.of(diffId))).isInstanceOf(BadSignatureException.class);
        assertThat(store.removeImage(image.manifestDigest())).isTrue();
        assertThat(store.removeVolumes(List.of(diffId)).removed()).containsExactly(diffId);
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Files.delete(file);
        Files.write(file, content);
    }
}
