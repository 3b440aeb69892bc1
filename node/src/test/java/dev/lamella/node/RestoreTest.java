package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.store.ImageRecord;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** After a reboot: all mounts are gone, files are as they were, or damaged. */
@Tag("system")
@Timeout(120)
class RestoreTest {

    private final Path directory;
    private final TestNode node;
    private final ImageRecord left;
    private final ImageRecord right;
    private final String base;
    private final String top;

    RestoreTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        node = new TestNode(directory);
        left = node.publish("left:1", TestNode.layer("base"), TestNode.layer("left"));
        right = node.publish("right:1", TestNode.layer("base"), TestNode.layer("right"));
        base = TestNode.chain(left).getFirst();
        top = TestNode.chain(left).getLast();
    }

    @AfterEach
    void unmount() throws IOException {
        node.close();
    }

    private void showBothAndReboot() throws IOException {
        node.service().show(left, List.of("left:1"));
        node.service().show(right, List.of("right:1"));
        node.reboot();
        assertThat(node.mounted()).isEmpty();
    }

    private Path localImage(String id) {
        return node.state().resolve("images").resolve(id + ".erofs");
    }

    private Volume topVolume() throws IOException {
        return node.store().volume(left.layers().getLast().diffId()).orElseThrow();
    }

    @Test
    void findsEverythingAgain() throws IOException {
        showBothAndReboot();
        node.requireWhole();
        var view = new NodeView(TestNode.config(directory, MountMode.AUTO));
        assertThat(view.images()).hasSize(2);
        assertThat(view.places().unmounted()).hasSize(3).isEqualTo(view.layers());
        byte[] image = Files.readAllBytes(localImage(base));
        Object inode = Files.getAttribute(localImage(base), "unix:ino");
        assertThat(node.service().restore()).isEqualTo(new RestoreReport(3, 3, List.of()));
        node.requireMounted();
        node.requireNothingLeftOver();
        assertThat(view.places().unmounted()).isEmpty();
        assertThat(localImage(base)).hasBinaryContent(image);
        assertThat(Files.getAttribute(localImage(base), "unix:ino"))
                .as("an image that is as it was is not made again")
                .isEqualTo(inode);
        assertThat(node.service().restore()).isEqualTo(new RestoreReport(3, 0, List.of()));
        assertThat(node.service().show(left, List.of("left:1"))).isZero();
    }

    @Test
    void onANewMachineThereIsNothingToRestore() throws IOException {
        assertThat(node.service().restore()).isEqualTo(new RestoreReport(0, 0, List.of()));
        node.requireNothingLeftOver();
    }

    @Test
    void unmountingAllIsUndone() throws IOException {
        showBothAndReboot();
        node.service().restore();
        node.service().unmountAll();
        assertThat(node.mounted()).isEmpty();
        node.requireWhole();
        node.service().restore();
        node.requireMounted();
    }

    @Test
    void showMountsWhatIsListedAndNotMounted() throws IOException {
        showBothAndReboot();
        assertThat(node.service().show(left, List.of("left:1"))).isZero();
        assertThat(node.mounted()).containsExactlyInAnyOrder(base, top);
        node.service().restore();
        node.requireMounted();
    }

    @Test
    void hidingWorksBeforeRestoring() throws IOException {
        showBothAndReboot();
        assertThat(node.service().hide("left:1", false)).isTrue();
        node.requireNothingLeftOver();
        assertThat(node.service().restore().mounted()).isEqualTo(2);
        node.requireMounted();
    }

    @Test
    void oneMissingVolumeDoesNotKeepTheOthers() throws IOException {
        Volume volume = topVolume();
        showBothAndReboot();
        Path away = volume.directory().resolveSibling("away");
        Files.move(volume.directory(), away);
        RestoreReport report = node.service().restore();
        assertThat(report.mounted()).isEqualTo(2);
        assertThat(report.remounted()).isEqualTo(2);
        assertThat(report.failures())
                .singleElement()
                .asString()
                .contains(top, volume.descriptor().diffId().toString(), "no volume of it in the store");
        node.requireWhole();
        assertThat(node.mounted()).containsExactlyInAnyOrderElementsOf(TestNode.chain(right));

        Files.move(away, volume.directory());
        assertThat(node.service().restore()).isEqualTo(new RestoreReport(3, 1, List.of()));
        node.requireMounted();
    }

    @Test
    void oneDamagedVolumeDoesNotKeepTheOthers() throws IOException {
        Path descriptor = topVolume().directory().resolve(Volume.DESCRIPTOR);
        showBothAndReboot();
        TestNode.flipBit(descriptor);
        RestoreReport report = node.service().restore();
        assertThat(report.failures()).singleElement().asString().contains(descriptor.toString());
        assertThat(node.mounted()).containsExactlyInAnyOrderElementsOf(TestNode.chain(right));
    }

    @Test
    void aChangedLocalImageIsFoundAndMadeAnew() throws IOException {
        showBothAndReboot();
        byte[] good = Files.readAllBytes(localImage(base));
        TestNode.flipBit(localImage(base));
        var shape = new LayerDirectory(node.imageStore(), node.state().resolve("layers"));
        assertThatExceptionOfType(DamagedLayerImageException.class)
                .isThrownBy(() -> new LayerImages(node.state().resolve("images"), shape).check(base))
                .withMessageStartingWith(localImage(base) + ": SHA-256 ");
        assertThat(node.service().restore()).isEqualTo(new RestoreReport(3, 3, List.of()));
        assertThat(localImage(base)).hasBinaryContent(good);
        node.requireMounted();
        node.requireNothingLeftOver();
    }

    @Test
    void lostLocalImagesAreMadeAnew() throws IOException {
        showBothAndReboot();
        byte[] good = Files.readAllBytes(localImage(base));
        Files.delete(localImage(base));
        Files.delete(localImage(top).resolveSibling(top + ".sha256"));
        assertThat(node.service().restore()).isEqualTo(new RestoreReport(3, 3, List.of()));
        assertThat(localImage(base)).hasBinaryContent(good);
        node.requireMounted();
        node.requireNothingLeftOver();
    }

    /** The volume's index was changed too: there is nothing sound to mount. */
    @Test
    void aChangedLocalImageIsNotMadeOfAChangedIndex() throws IOException {
        Volume volume = node.store().volume(left.layers().getFirst().diffId()).orElseThrow();
        showBothAndReboot();
        TestNode.flipBit(localImage(base));
        TestNode.flipBit(volume.index());
        RestoreReport report = node.service().restore();
        assertThat(report.mounted()).isEqualTo(2);
        assertThat(report.failures()).singleElement().asString().contains("SHA-256");
        assertThat(node.mounted()).doesNotContain(base);
        node.requireWhole();
    }

    private void unlist(String image, String layer) throws IOException {
        var lists = new ImageStore(node.imageStore(), NodeConfig.LOCK_TIMEOUT);
        lists.writeImages(lists.images().stream()
                .filter(each -> !each.names().contains(image))
                .toList());
        lists.writeLayers(
                lists.layers().stream().filter(each -> !each.id().equals(layer)).toList());
    }

    @Test
    void whatIsNotListedGoes() throws IOException {
        showBothAndReboot();
        node.service().restore();
        unlist("left:1", top);
        assertThat(node.mounted()).contains(top);
        assertThat(node.service().restore()).isEqualTo(new RestoreReport(2, 0, List.of()));
        assertThat(node.mounted()).doesNotContain(top);
        node.requireNothingLeftOver();
    }

    @Test
    void whatAnEngineUsesStaysMountedThoughTheListsAreLost() throws IOException {
        showBothAndReboot();
        node.service().restore();
        node.engineUses(Optional.of(top));
        var lists = new ImageStore(node.imageStore(), NodeConfig.LOCK_TIMEOUT);
        lists.writeImages(List.of());
        lists.writeLayers(List.of());
        assertThat(node.service().restore().mounted()).isZero();
        assertThat(node.mounted()).containsExactlyInAnyOrder(base, top);
        assertThat(node.mountPoint(top).resolve("diff/etc/topmost")).hasContent("left");
    }

    @Test
    void aDamagedListIsNamedAndNothingIsTouched() throws IOException {
        showBothAndReboot();
        node.service().restore();
        Path list = node.imageStore().resolve("overlay-layers/layers.json");
        Files.writeString(list, "[{}]");
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(() -> node.service().restore())
                .withMessageStartingWith(list.toString());
        assertThat(node.mounted()).hasSize(3);
    }
}
