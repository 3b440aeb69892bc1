package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that mounts layers when an engine needs them, and takes away what is idle. */
@Tag("system")
class OnDemandNodeTest extends WithMachine {

    private static final long SECONDS_MAX = 30;
    private static final int LAYERS = 2;

    private final String reference = registry.push("test/wanted", "1", SmallImage.named("wanted"));

    OnDemandNodeTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        machine.configure("node.unmount-idle-seconds = 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void layersAreMountedWhenAnEngineNeedsThem(String suite) throws Exception {
        Process node = machine.startNode("--interval", "1");
        machine.lamella("pull", reference);
        assertThat(machine.in(suite, "shown", "podman", "pull", "-q", reference))
                .isNotEmpty();
        await("idle", () -> mounted() == 0);
        String running = machine.in(
                suite, "shown", "podman", "run", "-d", "--pull=never", reference, "/bin/busybox", "sleep", "300");
        assertThat(running).isNotEmpty();
        assertThat(run(suite)).isEqualTo("wanted");

        // A reboot, but for the container: nothing is mounted until it is needed.
        node.destroyForcibly().waitFor();
        machine.unmountLayers();
        node = machine.startNode("--interval", "1");
        await("triggers", () -> triggers() == LAYERS);
        assertThat(mounted()).isZero();
        assertThat(machine.in(suite, "shown", "podman", "images", "-q")).isNotEmpty();
        assertThat(mounted()).as("layers mounted for a list of images").isZero();
        assertThat(run(suite)).isEqualTo("wanted");
        await("idle", () -> mounted() == 0);

        // A crash: what is not mounted is an error, and only for as long as no node is there.
        node.destroyForcibly().waitFor();
        Shell.Result failed = machine.tryIn(suite, "shown", "podman", "run", "--rm", "--pull=never", reference);
        assertThat(failed.code()).as(failed.err()).isNotZero();
        assertThat(failed.err()).contains("no such file or directory");
        assertThat(machine.in(suite, "shown", "podman", "images", "-q")).isNotEmpty();
        node = machine.startNode("--interval", "1");
        await("triggers", () -> machine.tryLamella("doctor").out().contains("2 of them mounted when"));
        assertThat(run(suite)).isEqualTo("wanted");

        // A stop: all is mounted, and nobody needs a node to run anything.
        await("idle", () -> mounted() == 0);
        node.destroy();
        assertThat(node.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        assertThat(mounted()).isEqualTo(LAYERS);
        assertThat(run(suite)).isEqualTo("wanted");
        assertThat(machine.in(suite, "shown", "podman", "exec", running, "/bin/busybox", "cat", "/etc/name"))
                .as("what the container sees that ran all the time")
                .isEqualTo("wanted");
        machine.in(suite, "shown", "podman", "rm", "-f", "-t", "0", running);
        assertThat(machine.nodeLog()).doesNotContain("ERROR");
    }

    private String run(String suite) throws Exception {
        return machine.in(suite, "shown", "podman", "run", "--rm", "--pull=never", reference);
    }

    private long mounted() throws IOException {
        return mounts("erofs");
    }

    private long triggers() throws IOException {
        return mounts("autofs");
    }

    private long mounts(String type) throws IOException {
        String below = machine.directory().resolve("images/overlay") + "/";
        return Files.readString(Path.of("/proc/self/mounts"))
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[1].startsWith(below) && fields[2].equals(type))
                .count();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited for %s", what).isLessThan(end);
            Thread.sleep(100);
        }
    }
}
