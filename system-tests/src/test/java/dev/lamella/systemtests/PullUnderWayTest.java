package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.RegistryAccess;
import dev.lamella.testkit.RegistryFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines that were at work before an image was published. */
@Tag("system")
class PullUnderWayTest extends WithMachine {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final List<Process> engines = new ArrayList<>();

    PullUnderWayTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
    }

    @AfterEach
    void endEngines() throws InterruptedException {
        for (Process engine : engines) {
            engine.destroyForcibly().waitFor();
        }
    }

    /** Podman is held while it downloads a layer, until the image is published and shown. */
    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void aPullEndsWellThoughItsLayersTurnUp(String suite) throws Exception {
        OciImage image = SmallImage.named("late");
        String reference = registry.push("test/late", "1", image);
        String layer = image.blobDigests().getFirst().toString();
        // Makes the image store, without which the engine would not start.
        machine.lamella("node", "--once");
        registry.inject("GET /v2/test/late/blobs/" + layer, 1, new RegistryFault.Slow(50_000, 150));
        Process pull = start("pull", suite, "shown", "podman", "pull", "-q", reference);
        await("pull", () -> LayerRequests.of(registry.accesses(), image).contains(layer));
        Shell.signal(pull.pid(), "STOP");
        machine.lamella("pull", reference);
        assertThat(pull.isAlive()).isTrue();
        Shell.signal(pull.pid(), "CONT");
        assertThat(pull.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(pull.exitValue()).as(log("pull")).isZero();

        machine.engine("plain", false);
        machine.in(suite, "plain", "podman", "pull", "-q", reference);
        requireAsPlainlyPulled(suite, "shown", reference);
        assertThat(machine.in(suite, "shown", "podman", "run", "--rm", "--pull=never", reference))
                .isEqualTo("late");
    }

    /** The service has read its stores, and pulled, before there is a node: with the hook, and by the mirror for Podman 4.3. */
    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void aServiceFindsWhatIsPublishedLater(String suite) throws Exception {
        boolean byMirror = suite.equals("bookworm");
        if (byMirror) {
            machine.configureMirror(registry);
            machine.engineWithMirror("engine");
        } else {
            machine.engineWithHook("engine");
        }
        String before = registry.push("test/before", "1", SmallImage.named("before"));
        OciImage image = SmallImage.named("after");
        String after = registry.push("test/after", "1", image);
        Path socket = machine.directory().resolve("service.sock");
        start("service", suite, "engine", "podman", "system", "service", "--time=0", "unix://" + socket);
        await("service", () -> Files.exists(socket));
        pull(socket, before);

        machine.startNode();
        if (byMirror) {
            machine.startMirror();
        }
        registry.forgetAccesses();
        assertThat(pull(socket, after)).contains(image.imageId().hex());
        assertThat(LayerRequests.of(registry.accesses(), image))
                .as("layers: the node's own requests, and none of Podman's")
                .containsExactlyInAnyOrderElementsOf(LayerRequests.layers(image));
        assertThat(registry.accesses().stream()
                        .filter(RegistryAccess::isBlobGet)
                        .filter(PullUnderWayTest::isPodmans))
                .allMatch(access -> access.target().contains(image.imageId().hex()));
        assertThat(machine.in(
                        suite, "engine", "podman", "--url", "unix://" + socket, "run", "--rm", "--pull=never", after))
                .isEqualTo("after");
    }

    private static boolean isPodmans(RegistryAccess access) {
        return !access.header("user-agent").orElse("").startsWith("lamella");
    }

    private String pull(Path socket, String reference) throws IOException, InterruptedException {
        return Shell.out(
                Map.of(),
                List.of(
                        "curl",
                        "-sf",
                        "-X",
                        "POST",
                        "--unix-socket",
                        socket.toString(),
                        "http://podman/v4.0.0/libpod/images/pull?quiet=true&reference=" + reference));
    }

    private Process start(String name, String suite, String engine, String... arguments) throws IOException {
        Process process = new ProcessBuilder(machine.inSuite(suite, engine, arguments))
                .directory(Shell.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(machine.directory().resolve(name + ".log").toFile())
                .start();
        engines.add(process);
        return process;
    }

    private String log(String name) throws IOException {
        return Files.readString(machine.directory().resolve(name + ".log"));
    }

    /** Something that becomes true. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private void await(String name, Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("%s: %s", name, log(name)).isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
