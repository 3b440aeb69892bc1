package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.Digest;
import dev.lamella.linux.FileSystem;
import dev.lamella.linux.Mounts;
import dev.lamella.store.ImageRecord;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From files and over loop devices, on file systems where the kernel takes files and where it does not. */
@Tag("system")
@Timeout(120)
class MountModeTest {

    private static final int LOOP_GONE_MILLIS_MAX = 10_000;

    private final Path directory;
    private final TestNode node;
    private final ImageRecord image;

    MountModeTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        node = new TestNode(directory);
        image = node.publish("image:1", TestNode.layer("base"), TestNode.layer("top"));
    }

    @AfterEach
    void unmount() throws Exception {
        node.close();
        requireNoLoopDevices();
    }

    /** The kernel frees a loop device a moment behind the end of the last mount. */
    private void requireNoLoopDevices() throws Exception {
        for (int waitedMillis = 0; waitedMillis < LOOP_GONE_MILLIS_MAX; waitedMillis += 20) {
            if (node.loopDevices().isEmpty()) {
                return;
            }
            Thread.sleep(20);
        }
        assertThat(node.loopDevices()).as("loop devices").isEmpty();
    }

    /** Puts an overlayfs in the place of a directory. */
    private void overlayAt(Path place) throws IOException {
        Path lower = Files.createDirectory(directory.resolve("lower"));
        Path upper = Files.createDirectory(directory.resolve("upper"));
        Path work = Files.createDirectory(directory.resolve("work"));
        Files.createDirectories(place);
        String options = "lowerdir=%s,upperdir=%s,workdir=%s".formatted(lower, upper, work);
        Mounts.mount("overlay", place, "overlay", Set.of(), options);
        assertThat(FileSystem.of(place).name()).isEqualTo("overlay");
    }

    /**
     * Any user may have any public image shown, and walk about in it: a program in it that becomes root must do so in containers only.
     */
    @ParameterizedTest
    @EnumSource(
            value = MountMode.class,
            names = {"FILE", "LOOP"})
    void programsBecomeRootInContainersOnly(MountMode mode) throws Exception {
        byte[] layer = new TarBytes()
                .directory("bin/")
                .add(TarEntry.file("bin/id", Files.readAllBytes(Path.of("/usr/bin/id")))
                        .mode(04755))
                .add(TarEntry.characterDevice("null", 1, 3).mode(0666))
                .end();
        ImageRecord setuid = node.publish("setuid:1", layer);
        node.service(mode).show(setuid, List.of("setuid:1"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path diff = node.mountPoint(TestNode.chain(setuid).getFirst()).resolve("diff");
        assertThat(asUser(diff.resolve("bin/id").toString(), "-u")).isEqualTo("4242");
        assertThat(asUser("cat", diff.resolve("null").toString())).contains("Permission denied");

        Path container = Files.createDirectory(directory.resolve("container"));
        Path upper = Files.createDirectory(directory.resolve("upper"));
        Path work = Files.createDirectory(directory.resolve("work"));
        Mounts.mount(
                "overlay",
                container,
                "overlay",
                Set.of(),
                "lowerdir=%s,upperdir=%s,workdir=%s".formatted(diff, upper, work));
        assertThat(asUser(container.resolve("bin/id").toString(), "-u")).isEqualTo("0");
        assertThat(asUser("cat", container.resolve("null").toString())).isEmpty();
    }

    private static String asUser(String... command) throws Exception {
        var words = new ArrayList<>(List.of("setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"));
        words.addAll(List.of(command));
        return TestNode.run(words);
    }

    @Test
    void filesNeedNoLoopDevice() throws IOException {
        node.service(MountMode.FILE).show(image, List.of("image:1"));
        node.requireMounted();
        assertThat(node.loopDevices()).isEmpty();
        node.service(MountMode.AUTO).hide("image:1", false);
        node.service(MountMode.AUTO).show(image, List.of("image:1"));
        assertThat(node.loopDevices()).as("files are preferred").isEmpty();
    }

    @Test
    void loopDevicesGoWithTheLayers() throws Exception {
        NodeService service = node.service(MountMode.LOOP);
        assertThat(service.show(image, List.of("image:1"))).isEqualTo(2);
        node.requireMounted();
        assertThat(node.loopDevices()).as("image and data of two layers").hasSize(4);
        node.reboot();
        requireNoLoopDevices();
        assertThat(service.restore()).isEqualTo(new RestoreReport(2, 2, List.of()));
        node.requireMounted();
        service.hide("image:1", false);
        node.requireNothingLeftOver();
        requireNoLoopDevices();
    }

    @Test
    void aLayerThatCannotBeMountedLeavesNoLoopDevice() throws Exception {
        String base = TestNode.chain(image).getFirst();
        node.service(MountMode.LOOP).show(image, List.of("image:1"));
        node.reboot();
        requireNoLoopDevices();
        Path local = node.state().resolve("images").resolve(base + ".erofs");
        byte[] noImage = new byte[4096];
        Files.write(local, noImage);
        Files.writeString(
                local.resolveSibling(base + ".sha256"), Digest.sha256Of(noImage).toString());
        RestoreReport report = node.service(MountMode.LOOP).restore();
        assertThat(report.failures()).singleElement().asString().contains("mounting " + local + " failed", "EINVAL");
        assertThat(report.mounted()).isEqualTo(1);
        assertThat(node.loopDevices()).as("those of the other layer").hasSize(2);
    }

    @Test
    void autoFallsBackToLoopWhereTheKernelRefusesFiles() throws Exception {
        overlayAt(node.state());
        NodeService service = node.service(MountMode.AUTO);
        assertThat(service.show(image, List.of("image:1"))).isEqualTo(2);
        node.requireMounted();
        assertThat(node.loopDevices()).hasSize(4);
        service.hide("image:1", false);
        node.requireNothingLeftOver();
        requireNoLoopDevices();
    }

    @Test
    void fileModeSaysWhyItCannot() throws IOException {
        overlayAt(node.state());
        assertThatExceptionOfType(MountUnavailableException.class)
                .isThrownBy(() -> node.service(MountMode.FILE).show(image, List.of("image:1")))
                .withMessageStartingWith(node.state().toString())
                .withMessageContainingAll("from a file on overlay", "Linux 6.12", "node.mount = \"loop\"");
        assertThat(node.mounted()).isEmpty();
        assertThat(node.service().shownLayers()).isEmpty();
        node.requireNothingLeftOver();
    }

    /** Some kernels take the data from there as a file, some do not: it reads in either case. */
    @Test
    void theStoreMayLieOnOverlay() throws IOException {
        Path store = TestNode.storeRoot(directory);
        Path copy = Files.move(store, directory.resolve("copy"));
        overlayAt(store);
        try (Stream<Path> files = Files.walk(copy)) {
            for (Path file : files.skip(1).toList()) {
                Files.copy(file, store.resolve(copy.relativize(file).toString()));
            }
        }
        assertThat(node.service(MountMode.AUTO).show(image, List.of("image:1"))).isEqualTo(2);
        node.requireMounted();
        assertThat(node.mountPoint(TestNode.chain(image).getLast()).resolve("diff/large-top"))
                .hasContent("top\n".repeat(5000));
    }
}
