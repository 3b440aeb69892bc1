package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.linux.Mounts;
import dev.lamella.store.ImageRecord;
import dev.lamella.volume.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Layers that are mounted when a process of another group walks into them, and taken away when nobody uses them. */
@Tag("system")
@Timeout(120)
class OnDemandMountsTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final Path directory;
    private final TestNode node;
    private final ImageRecord image;
    private final String base;
    private final String top;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    OnDemandMountsTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        node = new TestNode(directory);
        image = node.publish("image:1", TestNode.layer("base"), TestNode.layer("top"));
        node.service().show(image, List.of("image:1"));
        base = TestNode.chain(image).getFirst();
        top = TestNode.chain(image).getLast();
    }

    @AfterEach
    void unmount() throws IOException {
        threads.shutdownNow();
        node.close();
    }

    private String read(String id) throws Exception {
        return run("cat", node.mountPoint(id).resolve("diff/etc/topmost").toString());
    }

    /** Runs a program in a session, and so a process group, of its own. */
    private static String run(String... command) throws Exception {
        var words = new ArrayList<>(List.of("setsid", "-w"));
        words.addAll(List.of(command));
        return TestNode.run(words);
    }

    @Test
    void afterARebootLayersAreMountedWhenTheyAreNeeded() throws Exception {
        node.reboot();
        NodeService service = node.service();
        try (Closeable _ = service.mountOnDemand(DAY)) {
            assertThat(service.restore()).isEqualTo(new RestoreReport(0, 0, 2, 0, List.of()));
            assertThat(node.mounted()).isEmpty();
            assertThat(service.isShown(image, List.of("image:1"))).isTrue();
            assertThat(read(top)).isEqualTo("top");
            assertThat(node.mounted()).containsExactly(top);
            assertThat(service.restore()).isEqualTo(new RestoreReport(1, 0, 1, 0, List.of()));
            assertThat(read(base)).isEqualTo("base");
            assertThat(service.restore()).isEqualTo(new RestoreReport(2, 0, 0, 0, List.of()));
        }
        node.requireMounted();
        node.requireNothingLeftOver();
    }

    @Test
    void whatNobodyUsesIsTakenAwayAndComesBack() throws Exception {
        NodeService service = node.service();
        try (Closeable _ = service.mountOnDemand(Duration.ofMillis(200))) {
            assertThat(service.restore()).isEqualTo(new RestoreReport(2, 0, 0, 0, List.of()));
            Thread.sleep(300);
            assertThat(service.restore()).isEqualTo(new RestoreReport(0, 0, 2, 2, List.of()));
            assertThat(node.mounted()).isEmpty();
            for (int round = 0; round < 20; round++) {
                assertThat(read(top)).isEqualTo("top");
                assertThat(node.mounted()).containsExactly(top);
                int taken = service.restore().taken();
                Thread.sleep(210);
                taken += service.restore().taken();
                assertThat(taken).isEqualTo(1);
            }
        }
    }

    @Test
    void whatIsInUseStays() throws Exception {
        NodeService service = node.service();
        Path merged = Files.createDirectory(directory.resolve("merged"));
        Path upper = Files.createDirectory(directory.resolve("upper"));
        Path work = Files.createDirectory(directory.resolve("work"));
        // As an engine names it.
        Path lower = node.imageStore()
                .resolve("overlay")
                .resolve("l")
                .resolve(Files.readString(node.mountPoint(base).resolve("link")));
        Mounts.mount(
                "overlay",
                merged,
                "overlay",
                Set.of(),
                "lowerdir=%s,upperdir=%s,workdir=%s".formatted(lower, upper, work));
        try (Closeable _ = service.mountOnDemand(Duration.ofMillis(1));
                var open = Files.newInputStream(node.mountPoint(top).resolve("diff/large-top"))) {
            service.restore();
            Thread.sleep(20);
            assertThat(service.restore().taken())
                    .as("one is an overlay's, of one a file is open")
                    .isZero();
            node.requireMounted();
            assertThat(open.read()).isEqualTo('t');
            Mounts.detach(merged);
            Thread.sleep(20);
            assertThat(service.restore().taken()).isEqualTo(1);
            assertThat(node.mounted()).containsExactly(top);
        }
    }

    @Test
    void aContainerKeepsWhatItWasStartedWith() throws Exception {
        NodeService service = node.service();
        Path container = Files.createDirectory(directory.resolve("container"));
        try (Closeable _ = service.mountOnDemand(Duration.ofMillis(1))) {
            Mounts.mount(
                    "overlay",
                    container,
                    "overlay",
                    Set.of(),
                    "lowerdir=%s:%s".formatted(diffAsDescriptorsDo(top), diffAsDescriptorsDo(base)));
            service.restore();
            Thread.sleep(20);
            assertThat(service.restore().taken())
                    .as("taken, since nothing tells that they are used")
                    .isEqualTo(2);
            assertThat(run("cat", container.resolve("etc/base").toString())).isEqualTo("base");
            assertThat(run("sha256sum", container.resolve("large-top").toString()))
                    .startsWith(Digest.sha256Of("top\n".repeat(5000).getBytes(StandardCharsets.UTF_8))
                            .hex());
            assertThat(node.mounted()).isEmpty();
        }
    }

    /** By another path than the image store's, so that the options of the overlay do not tell whose it is. */
    private Path diffAsDescriptorsDo(String id) throws IOException {
        Path alias = directory.resolve("alias");
        if (Files.notExists(alias)) {
            Files.createSymbolicLink(alias, node.imageStore());
        }
        return alias.resolve("overlay").resolve(id).resolve("diff");
    }

    @Test
    void whatAnotherProcessShowedIsCoveredToo() throws Exception {
        ImageRecord other = node.publish("other:1", TestNode.layer("other"));
        String id = TestNode.chain(other).getFirst();
        NodeService service = node.service();
        try (Closeable _ = service.mountOnDemand(Duration.ofMillis(1))) {
            node.service().show(other, List.of("other:1"));
            service.restore();
            Thread.sleep(20);
            service.restore();
            assertThat(node.mounted()).isEmpty();
            assertThat(read(id)).isEqualTo("other");
            // Shown once more while it waits: it is there at once.
            service.restore();
            Thread.sleep(20);
            service.restore();
            node.service().show(other, List.of("other:2"));
            assertThat(node.mounted()).containsExactly(id);
            assertThat(read(id)).isEqualTo("other");
        }
    }

    @Test
    void aHiddenLayerTakesItsTriggerAlong() throws Exception {
        node.reboot();
        NodeService service = node.service();
        try (Closeable _ = service.mountOnDemand(DAY)) {
            service.restore();
            assertThat(node.service().hide("image:1", false)).isTrue();
            assertThat(node.mountPoint(base)).doesNotExist();
            assertThat(service.restore()).isEqualTo(new RestoreReport(0, 0, 0, 0, List.of()));
            node.requireNothingLeftOver();
        }
    }

    @Test
    void theNextNodeTakesOver() throws Exception {
        node.reboot();
        NodeService first = node.service();
        try (Closeable _ = first.mountOnDemand(DAY)) {
            first.restore();
            assertThat(read(base)).isEqualTo("base");
        }
        assertThat(read(top)).as("without a node").isNotEqualTo("top");
        assertThat(read(top)).as("without a node").endsWith("No such file or directory");
        assertThat(read(base)).isEqualTo("base");
        NodeService second = node.service();
        try (Closeable _ = second.mountOnDemand(Duration.ofMillis(300))) {
            assertThat(second.restore()).isEqualTo(new RestoreReport(1, 0, 1, 0, List.of()));
            assertThat(read(top)).isEqualTo("top");
            Thread.sleep(310);
            second.restore();
            Thread.sleep(310);
            second.restore();
            assertThat(node.mounted()).isEmpty();
            assertThat(read(base)).isEqualTo("base");
        }
        // And one that mounts nothing on demand mounts over what is left.
        assertThat(node.service().restore().mounted()).isEqualTo(2);
        node.requireMounted();
        assertThat(read(top)).isEqualTo("top");
    }

    @Test
    void whenItEndsEverythingIsMounted() throws Exception {
        node.reboot();
        var daemon = new NodeDaemon(node.service(), Duration.ofMillis(20), Optional.of(DAY));
        Future<?> running = threads.submit(() -> {
            daemon.run(() -> {});
            return "ended";
        });
        while (MountTable.of(new LayerDirectory(node.imageStore(), node.state().resolve("layers")))
                        .triggers()
                        .size()
                < 2) {
            Thread.sleep(10);
        }
        assertThat(read(base)).isEqualTo("base");
        assertThat(node.mounted()).containsExactly(base);
        threads.shutdownNow();
        assertThat(running.get()).isEqualTo("ended");
        node.requireMounted();
        assertThat(read(top)).isEqualTo("top");
    }

    @Test
    void aVolumeThatIsAwayIsAnErrorAndComesBack() throws Exception {
        node.reboot();
        NodeService service = node.service();
        Volume volume = node.store().volume(image.layers().getLast().diffId()).orElseThrow();
        Path away = volume.directory().resolveSibling("away");
        try (Closeable _ = service.mountOnDemand(DAY)) {
            service.restore();
            Files.move(volume.directory(), away);
            assertThat(read(top)).endsWith("No such file or directory");
            Files.move(away, volume.directory());
            assertThat(read(top)).isEqualTo("top");
        }
    }

    @Test
    void aDamagedImageIsMadeAnewFirst() throws Exception {
        node.reboot();
        TestNode.flipBit(node.state().resolve("images").resolve(top + ".erofs"));
        Files.delete(node.state().resolve("images").resolve(base + ".sha256"));
        NodeService service = node.service();
        try (Closeable _ = service.mountOnDemand(DAY)) {
            service.restore();
            assertThat(read(top)).isEqualTo("top");
            assertThat(read(base)).isEqualTo("base");
        }
        node.requireMounted();
    }

    /** Walking in, taking away and showing, all at the same time: nobody ever finds a layer empty. */
    @Test
    void nobodyIsEverInTheWay() throws Exception {
        NodeService service = node.service();
        try (Closeable _ = service.mountOnDemand(Duration.ofNanos(1))) {
            service.restore();
            var readers = new ArrayList<Future<String>>();
            for (String id : List.of(base, top, base, top)) {
                String file = node.mountPoint(id).resolve("diff/etc/topmost").toString();
                readers.add(threads.submit(() -> run(
                        "sh",
                        "-c",
                        "i=0; while [ $i -lt 300 ]; do cat " + file + " || exit; echo; i=$((i+1)); done | sort -u")));
            }
            while (!readers.stream().allMatch(Future::isDone)) {
                service.restore();
                node.service().show(image, List.of("image:1"));
            }
            assertThat(readers.get(0).get()).isEqualTo("base");
            assertThat(readers.get(1).get()).isEqualTo("top");
            assertThat(readers.get(2).get()).isEqualTo("base");
            assertThat(readers.get(3).get()).isEqualTo("top");
        }
    }
}
