package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.linux.LockTimeoutException;
import dev.lamella.linux.PosixLock;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.StoreConfig;
import dev.lamella.volume.CorruptVolumeException;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.UnknownKeyException;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cannot be shown is not shown at all: nothing of it is listed, mounted or left over, and others are not
 * disturbed.
 */
@Tag("system")
@Timeout(120)
class FailedShowTest {

    private final Path directory;
    private final TestNode node;
    private final ImageRecord other;
    private final ImageRecord image;

    FailedShowTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        node = new TestNode(directory);
        other = node.publish("other:1", TestNode.layer("base"), TestNode.layer("other"));
        image = node.publish("image:1", TestNode.layer("base"), TestNode.layer("second"), TestNode.layer("third"));
    }

    @BeforeEach
    void showOther() throws IOException {
        node.service().show(other, List.of("other:1"));
    }

    @AfterEach
    void onlyTheOtherIsShown() throws IOException {
        try {
            assertThat(node.service().shownImages())
                    .extracting(ShownImage::names)
                    .containsExactly(List.of("other:1"));
            assertThat(node.mounted()).containsExactlyInAnyOrderElementsOf(TestNode.chain(other));
            node.requireMounted();
            node.requireNothingLeftOver();
        } finally {
            node.close();
        }
    }

    private Volume topVolume() throws IOException {
        return node.store().volume(image.layers().getLast().diffId()).orElseThrow();
    }

    @Test
    void aFlippedBitInTheIndexIsFoundBeforeItIsMounted() throws IOException {
        Path index = topVolume().index();
        byte[] good = Files.readAllBytes(index);
        for (int at : new int[] {0, 1024, good.length / 2, good.length - 1}) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(index, bad);
            assertThatExceptionOfType(CorruptVolumeException.class)
                    .as("byte %d", at)
                    .isThrownBy(() -> node.service().show(image, List.of("image:1")))
                    .withMessageContaining("SHA-256");
            assertThat(node.mounted()).containsExactlyInAnyOrderElementsOf(TestNode.chain(other));
        }
    }

    @Test
    void aCutIndexIsFound() throws IOException {
        Path index = topVolume().index();
        Files.write(index, Arrays.copyOf(Files.readAllBytes(index), 512));
        assertThatExceptionOfType(CorruptVolumeException.class)
                .isThrownBy(() -> node.service().show(image, List.of("image:1")))
                .withMessageContaining(index.toString());
    }

    @Test
    void aChangedDescriptorIsRefused() throws IOException {
        TestNode.flipBit(topVolume().directory().resolve(Volume.DESCRIPTOR));
        assertThatExceptionOfType(VolumeException.class)
                .isThrownBy(() -> node.service().show(image, List.of("image:1")))
                .withMessageContaining(Volume.DESCRIPTOR);
    }

    @Test
    void aSignatureByAnotherKeyIsRefused() throws IOException {
        DirectoryStore store = DirectoryStore.open(
                TestNode.storeRoot(directory), StoreConfig.reader(TrustedKeys.of(SigningKey.generate())));
        var service = new NodeService(TestNode.config(directory, MountMode.AUTO), store);
        assertThatExceptionOfType(UnknownKeyException.class).isThrownBy(() -> service.show(image, List.of("image:1")));
    }

    @Test
    void aMissingVolumeIsNamed() throws IOException {
        Path volume = topVolume().directory();
        Files.move(volume, volume.resolveSibling("away"));
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> node.service().show(image, List.of("image:1")))
                .withMessageContainingAll(image.layers().getLast().diffId().toString(), "publish its image again");
    }

    /** An engine that does not let go of the list. */
    @Test
    void aListThatStaysLockedIsNamed() throws Exception {
        Path lock = node.imageStore().resolve("overlay-layers/layers.lock");
        NodeConfig patient = TestNode.config(directory, MountMode.AUTO);
        var config = new NodeConfig(
                patient.state(), patient.imageStore(), patient.graphroots(), MountMode.AUTO, Duration.ofMillis(100));
        try (PosixLock _ = PosixLock.exclusive(lock, 0644, Duration.ofSeconds(10));
                var executor = Executors.newSingleThreadExecutor()) {
            executor.submit((Callable<Void>) () -> {
                        assertThatExceptionOfType(LockTimeoutException.class)
                                .isThrownBy(() -> new NodeService(config, node.store()).show(image, List.of("image:1")))
                                .withMessageContaining(lock.toString());
                        return null;
                    })
                    .get();
        }
    }

    @Test
    void aDamagedListIsNotOverwritten() throws IOException {
        Path list = node.imageStore().resolve("overlay-images/images.json");
        String good = Files.readString(list);
        Files.writeString(list, good.substring(1));
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> node.service().show(image, List.of("image:1")))
                .withMessageStartingWith(list.toString());
        assertThat(list).hasContent(good.substring(1));
        Files.writeString(list, good);
        assertThat(node.service().hide("image:1", false)).isFalse();
    }
}
