package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lamella.linux.MountPoint;
import dev.lamella.linux.Mounts;
import dev.lamella.store.ImageRecord;
import dev.lamella.testkit.TarBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Showing and hiding, with a real store and the kernel's own mounts. */
@Tag("system")
@Timeout(120)
class NodeServiceTest {

    private static final byte[] BASE = TestNode.layer("base");
    private static final byte[] LEFT = TestNode.layer("left");
    private static final byte[] RIGHT = TestNode.layer("right");

    private final Path directory;
    private final TestNode node;
    private final NodeService service;

    NodeServiceTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        node = new TestNode(directory);
        service = node.service();
    }

    @AfterEach
    void unmount() throws IOException {
        node.close();
    }

    @Test
    void shownLayersAreMountedListedAndRead() throws IOException {
        ImageRecord image = node.publish("left:1", BASE, LEFT);
        assertThat(service.show(image, List.of("left:1", "left:latest"))).isEqualTo(2);
        List<String> chain = TestNode.chain(image);
        assertThat(node.mounted()).containsExactlyInAnyOrderElementsOf(chain);
        assertThat(node.mountPoint(chain.get(0)).resolve("diff/etc/base")).hasContent("base");
        assertThat(node.mountPoint(chain.get(1)).resolve("diff/large-left")).hasContent("left\n".repeat(5000));
        assertThat(service.shownLayers()).extracting(ShownLayer::id).isEqualTo(chain);
        assertThat(service.shownImages()).singleElement().satisfies(shown -> {
            assertThat(shown.names()).containsExactly("left:1", "left:latest");
            assertThat(shown.topLayer()).isEqualTo(chain.get(1));
            assertThat(shown.id()).isEqualTo(image.configDigest().hex());
        });
        node.requireMounted();
        node.requireNothingLeftOver();

        Path list = node.imageStore().resolve("overlay-images/images.json");
        Object inode = Files.getAttribute(list, "unix:ino");
        assertThat(service.show(image, List.of("left:1"))).isZero();
        assertThat(Files.getAttribute(list, "unix:ino"))
                .as("a list that stays as it is is not written")
                .isEqualTo(inode);
        assertThat(node.service().show(image, List.of("left:1"))).isZero();
        assertThat(node.mounted()).hasSize(2);
        node.requireNothingLeftOver();
    }

    /** What {@code link} and {@code lower} say, taken together as an engine does, is the image's tree. */
    @Test
    void isShownOnlyWithAllItsLayersMountedAndUnderTheName() throws IOException {
        ImageRecord image = node.publish("left:1", BASE, LEFT);
        assertThat(service.isShown(image, List.of("left:1"))).isFalse();
        service.show(image, List.of("left:1"));
        assertThat(service.isShown(image, List.of("left:1"))).isTrue();
        assertThat(service.isShown(image, List.of("left:2"))).isFalse();
        service.unmountAll();
        assertThat(service.isShown(image, List.of("left:1"))).isFalse();
        service.restore();
        assertThat(service.isShown(image, List.of("left:1"))).isTrue();
        service.hide("left:1", false);
        assertThat(service.isShown(image, List.of("left:1"))).isFalse();
    }

    @Test
    void anEngineMountsTheChain() throws IOException {
        byte[] top =
                new TarBytes().whiteout("etc/base").file("etc/topmost", "top").end();
        ImageRecord image = node.publish("whole:1", BASE, LEFT, top);
        service.show(image, List.of("whole:1"));
        Path layer = node.mountPoint(TestNode.chain(image).getLast());
        String links = "l/" + Files.readString(layer.resolve("link")) + ":" + Files.readString(layer.resolve("lower"));
        assertThat(links.split(":", -1)).hasSize(3);
        String lowers = Arrays.stream(links.split(":", -1))
                .map(link -> node.imageStore().resolve("overlay").resolve(link).toString())
                .collect(Collectors.joining(":"));
        Path merged = Files.createDirectory(directory.resolve("merged"));
        Mounts.mount("overlay", merged, "overlay", Set.of(Mounts.Flag.READ_ONLY), "lowerdir=" + lowers);
        assertThat(NodeFiles.names(merged.resolve("etc"))).containsExactlyInAnyOrder("left", "topmost");
        assertThat(merged.resolve("etc/topmost")).hasContent("top");
        assertThat(NodeFiles.names(merged)).containsExactlyInAnyOrder("etc", "large-base", "large-left");
    }

    @Test
    void hiddenImagesLeaveNothing() throws IOException {
        ImageRecord image = node.publish("left:1", BASE, LEFT);
        service.show(image, List.of("left:1", "left:2"));
        assertThat(service.hide("left:2", false)).isTrue();
        assertThat(node.mounted()).hasSize(2);
        assertThat(service.hide("left:1", false)).isTrue();
        assertThat(node.mounted()).isEmpty();
        assertThat(service.shownImages()).isEmpty();
        assertThat(service.shownLayers()).isEmpty();
        node.requireNothingLeftOver();
        assertThat(service.hide("left:1", false)).isFalse();
        assertThat(service.show(image, List.of("left:1"))).isEqualTo(2);
        node.requireMounted();
    }

    /** A show that was killed before it listed the image leaves documents that no list names. */
    @Test
    void strayDocumentsDoNotKeepAnImage() throws IOException {
        ImageRecord image = node.publish("left:1", BASE, LEFT);
        service.show(image, List.of("left:1"));
        Path documents = node.imageStore()
                .resolve("overlay-images")
                .resolve(image.configDigest().hex());
        Files.writeString(documents.resolve("=c3RyYXk="), "x");
        Files.writeString(documents.resolve("manifest.new"), "x");
        assertThat(service.hide("left:1", false)).isTrue();
        assertThat(node.mounted()).isEmpty();
        node.requireNothingLeftOver();
    }

    @Test
    void sharedLayersStayUntilTheLastImageGoes() throws IOException {
        ImageRecord left = node.publish("left:1", BASE, LEFT);
        ImageRecord right = node.publish("right:1", BASE, RIGHT);
        assertThat(service.show(left, List.of("left:1"))).isEqualTo(2);
        assertThat(service.show(right, List.of("right:1"))).isEqualTo(1);
        service.hide("left:1", false);
        assertThat(node.mounted()).containsExactlyInAnyOrderElementsOf(TestNode.chain(right));
        node.requireMounted();
        node.requireNothingLeftOver();
        service.hide("right:1", false);
        assertThat(node.mounted()).isEmpty();
        node.requireNothingLeftOver();
    }

    @Test
    void oneLayerTwiceInAnImageHasTwoMounts() throws IOException {
        ImageRecord image = node.publish("twice:1", BASE, LEFT, BASE);
        assertThat(service.show(image, List.of("twice:1"))).isEqualTo(3);
        node.requireMounted();
        node.requireNothingLeftOver();
        service.hide("twice:1", false);
        node.requireNothingLeftOver();
    }

    @Test
    void anImageInUseIsNotHidden() throws IOException {
        ImageRecord image = node.publish("left:1", BASE, LEFT);
        service.show(image, List.of("left:1"));
        node.engineUses(Optional.of(TestNode.chain(image).getLast()));
        assertThatExceptionOfType(LayerInUseException.class)
                .isThrownBy(() -> service.hide("left:1", false))
                .withMessage(
                        "left:1 is in use: container web in %s; remove these first", directory.resolve("graphroot"))
                .satisfies(e -> assertThat(e.uses()).hasSize(1));
        assertThat(service.uses(service.shownImages().getFirst())).hasSize(1);
        node.requireMounted();
        assertThat(service.shownImages()).hasSize(1);

        node.engineUses(Optional.empty());
        assertThat(service.hide("left:1", false)).isTrue();
        node.requireNothingLeftOver();
    }

    @Test
    void forceKeepsUsedLayersListedAndMounted() throws IOException {
        ImageRecord left = node.publish("left:1", BASE, LEFT);
        ImageRecord right = node.publish("right:1", BASE, RIGHT);
        service.show(left, List.of("left:1"));
        service.show(right, List.of("right:1"));
        node.engineUses(Optional.of(TestNode.chain(left).getLast()));
        assertThat(service.hide("left:1", true)).isTrue();
        assertThat(service.hide("right:1", true)).isTrue();
        assertThat(service.shownImages()).isEmpty();
        assertThat(service.shownLayers()).extracting(ShownLayer::id).isEqualTo(TestNode.chain(left));
        node.requireMounted();
        node.requireNothingLeftOver();
        service.restore();
        assertThat(node.mounted()).hasSize(2);

        node.engineUses(Optional.empty());
        assertThat(service.hide("left:1", false)).isFalse();
        assertThat(node.mounted())
                .as("what nobody uses any more goes with the next call")
                .isEmpty();
        node.requireNothingLeftOver();
    }

    /** A base image in use does not keep an image on top of it, as long as the base image itself is shown. */
    @Test
    void useOfASharedLayerIsNotUseOfTheImage() throws IOException {
        ImageRecord base = node.publish("base:1", BASE);
        ImageRecord left = node.publish("left:1", BASE, LEFT);
        service.show(base, List.of("base:1"));
        service.show(left, List.of("left:1"));
        node.engineUses(Optional.of(TestNode.chain(base).getLast()));
        assertThat(service.hide("left:1", false)).isTrue();
        assertThatExceptionOfType(LayerInUseException.class).isThrownBy(() -> service.hide("base:1", false));
        node.requireMounted();
        node.requireNothingLeftOver();
    }

    @Test
    void theSameLayersUnderAnotherConfigAreAnotherImage() throws IOException {
        ImageRecord one = node.publish("one:1", BASE, LEFT);
        ImageRecord two = node.publish("two:1", BASE, LEFT);
        assertThat(service.show(one, List.of("one:1"))).isEqualTo(2);
        assertThat(service.show(two, List.of("two:1"))).isZero();
        node.engineUses(Optional.of(TestNode.chain(one).getLast()));
        for (String name : List.of("one:1", "two:1")) {
            assertThatExceptionOfType(LayerInUseException.class).isThrownBy(() -> service.hide(name, false));
        }
        node.engineUses(Optional.empty());
        service.hide("one:1", false);
        node.requireMounted();
        service.hide("two:1", false);
        node.requireNothingLeftOver();
    }

    @Test
    void anImageThatLosesItsLastNameGoesUnlessItIsUsed() throws IOException {
        ImageRecord first = node.publish("first", BASE, LEFT);
        ImageRecord second = node.publish("second", BASE, RIGHT);
        ImageRecord third = node.publish("third", BASE);
        service.show(first, List.of("app:latest"));
        service.show(second, List.of("app:latest"));
        assertThat(service.shownImages())
                .extracting(ShownImage::id)
                .containsExactly(second.configDigest().hex());
        assertThat(node.mounted()).containsExactlyInAnyOrderElementsOf(TestNode.chain(second));
        node.requireNothingLeftOver();

        node.engineUses(Optional.of(TestNode.chain(second).getLast()));
        service.show(third, List.of("app:latest"));
        assertThat(service.shownImages())
                .extracting(ShownImage::names)
                .containsExactlyInAnyOrder(List.of(), List.of("app:latest"));
        assertThat(node.mounted()).hasSize(2);
        node.engineUses(Optional.empty());
        service.hide("nothing", false);
        assertThat(service.shownImages()).hasSize(1);
        assertThat(node.mounted()).containsExactlyElementsOf(TestNode.chain(third));
        node.requireNothingLeftOver();
    }

    @Test
    void anImageWithoutLayersOrNamesIsRefused() throws IOException {
        ImageRecord image = node.publish("left:1", BASE);
        assertThatIllegalArgumentException().isThrownBy(() -> service.show(image, List.of()));
        var empty = new ImageRecord(
                image.manifestDigest(),
                image.manifestMediaType(),
                image.manifest(),
                image.config(),
                Optional.empty(),
                List.of(),
                "linux/amd64",
                Optional.empty(),
                Instant.EPOCH);
        assertThatIllegalArgumentException().isThrownBy(() -> service.show(empty, List.of("x")));
    }

    /** The kernel lists mounts by their real paths. */
    @Test
    void anImageStoreBehindASymbolicLinkIsMountedOnce() throws IOException {
        ImageRecord image = node.publish("left:1", BASE, LEFT);
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        var linked = new NodeService(TestNode.config(link, MountMode.AUTO), node.store());
        linked.show(image, List.of("left:1"));
        linked.show(image, List.of("left:1"));
        assertThat(linked.restore()).isEqualTo(new RestoreReport(2, 0, List.of()));
        String below = directory.toRealPath() + "/";
        assertThat(MountPoint.list())
                .filteredOn(mount -> mount.target().startsWith(below))
                .hasSize(2);
        linked.hide("left:1", false);
        node.requireNothingLeftOver();
    }

    @Test
    void anEmptyImageStoreIsMadeAtOnce() throws IOException {
        NodeService.createImageStore(TestNode.config(directory, MountMode.AUTO));
        node.requireNothingLeftOver();
        assertThat(service.shownLayers()).isEmpty();
    }

    /** A user can keep layers from going, but nothing else, and not without being named. */
    @Test
    void aDamagedStoreOfAUserKeepsLayersAndNothingElse(@TempDir Path home) throws Exception {
        Path passwd = Files.writeString(directory.resolve("passwd"), "ann:x:4242:1::%s:/bin/sh\n".formatted(home));
        Path list = home.resolve(".local/share/containers/storage/overlay-images/images.json");
        Files.createDirectories(list.getParent());
        Files.writeString(list, "[{");
        Files.setAttribute(list, "unix:uid", 4242);
        var users = new NodeService(
                TestNode.config(directory, MountMode.AUTO).withEngines(new EngineStores(passwd, List.of())),
                node.store());
        ImageRecord image = node.publish("left:1", BASE, LEFT);
        users.show(image, List.of("left:1"));
        users.show(node.publish("right:1", BASE, RIGHT), List.of("right:1"));
        assertThat(users.hide("left:1", false)).isTrue();
        assertThat(users.shownImages()).extracting(ShownImage::names).containsExactly(List.of("right:1"));
        assertThat(users.shownLayers()).hasSize(3);
        assertThat(node.mounted()).hasSize(3);

        Files.writeString(
                list,
                "[{\"names\":[\"mine\"],\"layer\":\"%s\"}]"
                        .formatted(TestNode.chain(image).getLast()));
        users.show(image, List.of("left:1"));
        assertThatExceptionOfType(LayerInUseException.class)
                .isThrownBy(() -> users.hide("left:1", false))
                .withMessageContaining("image mine in %s/.local/share/containers/storage of user ann".formatted(home));
        users.hide("left:1", true);
        assertThat(node.mounted()).hasSize(3);

        Files.writeString(list, "[]");
        users.hide("none", false);
        assertThat(users.shownLayers()).hasSize(2);
        assertThat(node.mounted()).hasSize(2);
    }
}
