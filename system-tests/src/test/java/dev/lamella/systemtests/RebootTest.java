package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reboot, simulated: the node ends, no layer is mounted any more, and nothing is left in {@code /run}. */
@Tag("system")
class RebootTest extends WithMachine {

    private static final String IMAGES =
            "podman images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}} {{.Digest}} {{.Size}}' | sort -u";

    private final String reference = registry.push("test/rebooted", "1", SmallImage.named("rebooted"));

    RebootTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        machine.engine("plain", false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void everythingIsAsWithPlainlyPulledImages(String suite) throws Exception {
        Process node = machine.startNode();
        machine.lamella("pull", reference);
        for (String engine : List.of("shown", "plain")) {
            script(suite, engine, "podman pull -q %1$s && podman create --name before %1$s".formatted(reference));
        }
        node.destroy();
        assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        reboot();

        // Before the node is there: what there is can be seen, and what would have to be read is an error.
        assertThat(script(suite, "shown", IMAGES))
                .contains("test/rebooted:1")
                .isEqualTo(script(suite, "plain", IMAGES));
        for (String command : List.of("podman run --rm --pull=never " + reference, "podman start -a before")) {
            Shell.Result failed = tryScript(suite, "shown", command);
            assertThat(failed.code()).as(command).isEqualTo(125);
            assertThat(failed.err()).as(command).contains("no such file or directory");
        }

        machine.startNode();
        String all = """
                set -e
                %s
                podman run --rm --pull=never %s
                podman start -a before
                podman inspect --format '{{.Name}} {{.State.ExitCode}} {{.ImageName}}' before
                """.formatted(IMAGES, reference);
        assertThat(script(suite, "shown", all))
                .contains("\nrebooted\nrebooted\nbefore 0 ")
                .isEqualTo(script(suite, "plain", all));
        if (!suite.equals("bookworm")) {
            requireCheck(suite);
        }
    }

    /** Podman 4.3 has no such command. That of 5.4 takes no image store for sound if a container was made of it, of whatever making it is. */
    private void requireCheck(String suite) throws Exception {
        assertThat(tryScript(suite, "plain", "podman system check").code()).isZero();
        Shell.Result check = tryScript(suite, "shown", "podman system check");
        if (suite.equals("trixie")) {
            assertThat(check.code()).isEqualTo(125);
            assertThat(check.out()).contains("layer is missing");
            script(suite, "shown", "podman rm before");
            check = tryScript(suite, "shown", "podman system check");
        }
        assertThat(check.code()).as(check.out() + check.err()).isZero();
    }

    /** What the documents say of 5.4 is about image stores, and not about ours. */
    @Test
    void podmansOwnImageStoreFailsTheCheckAsWell() throws Exception {
        script("trixie", "plain", "podman pull -q " + reference);
        Path root = machine.directory().resolve("plain/root");
        Shell.out(
                Map.of(),
                List.of(
                        "testbed/podman-state",
                        machine.directory().resolve("other").toString(),
                        "--image-store",
                        root.toString()));
        script("trixie", "other", "podman create --name before " + reference);
        Shell.Result check = tryScript("trixie", "other", "podman system check");
        assertThat(check.code()).isEqualTo(125);
        assertThat(check.out()).contains("layer is missing");
    }

    private void reboot() throws Exception {
        machine.unmountLayers();
        for (String engine : List.of("shown", "plain")) {
            for (String each : List.of("run", "tmp", "engine-run")) {
                Path directory = machine.directory().resolve(engine).resolve(each);
                Shell.out(Map.of(), List.of("find", directory.toString(), "-mindepth", "1", "-delete"));
            }
        }
    }

    private String script(String suite, String engine, String script) throws Exception {
        return machine.in(suite, engine, "sh", "-c", script);
    }

    private Shell.Result tryScript(String suite, String engine, String script) throws Exception {
        return machine.tryIn(suite, engine, "sh", "-c", script);
    }
}
