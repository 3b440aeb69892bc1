package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What engines notice when the node is stopped, and when images are taken away that they use and that they do not use. */
@Tag("system")
class RemovalTest extends WithMachine {

    private static final String LIST = "podman images --no-trunc --format '{{.Repository}}:{{.Tag}} {{.ID}}' | sort -u";

    private final String used = registry.push("test/used", "1", SmallImage.named("used"));
    private final String unused = registry.push("test/unused", "1", SmallImage.named("unused"));

    RemovalTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        machine.engine("plain", false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void enginesGoOnAsWithPlainlyPulledImages(String suite) throws Exception {
        Process node = machine.startNode();
        machine.lamella("pull", used, unused);
        for (String engine : List.of("shown", "plain")) {
            script(suite, engine, "podman pull -q %1$s && podman create --name before %1$s".formatted(used));
        }
        script(suite, "plain", "podman pull -q " + unused);

        node.destroy();
        assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        requireSame(suite, LIST);
        requireSame(
                suite, "podman run --rm --pull=never %s && podman run --rm --pull=never %s".formatted(used, unused));
        requireSame(suite, "podman start -a before");

        // Of what is in use, nothing goes; force takes the name only.
        Shell.Result refused = machine.tryLamella("rm", used);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains(used + " is in use: ", "image " + used, "container before", "remove these first");
        machine.lamella("rm", "--force", used);
        machine.lamella("rm", unused);
        script(suite, "plain", "podman rmi " + unused);
        requireSame(suite, LIST);
        requireSame(suite, "podman run --rm --pull=never %s && podman start -a before".formatted(used));
        for (String engine : List.of("shown", "plain")) {
            Shell.Result gone = tryScript(suite, engine, "podman run --rm --pull=never " + unused);
            assertThat(gone.code()).as(engine).isEqualTo(125);
            assertThat(gone.err()).as(engine).contains("image not known");
        }

        // What no engine uses any more goes the next time that the node looks.
        for (String engine : List.of("shown", "plain")) {
            script(suite, engine, "podman rm before && podman rmi " + used);
        }
        requireSame(suite, LIST);
        if (!suite.equals("bookworm")) { // which has no such command
            requireSame(suite, "podman system check");
        }
        assertThat(machine.tryLamella("rm", used).code()).as("removed before").isNotZero();
        machine.lamella("pull", unused);
        assertThat(machine.directory().resolve("images/overlay-layers/layers.json"))
                .content()
                .contains(topOf("unused"))
                .doesNotContain(topOf("used"));
        requireSame(suite, "podman pull -q %1$s && podman run --rm --pull=never %1$s".formatted(unused));
    }

    private static String topOf(String name) {
        return SmallImage.named(name).diffIds().getLast().toString();
    }

    private void requireSame(String suite, String script) throws Exception {
        assertThat(script(suite, "shown", script).lines().distinct())
                .containsExactlyElementsOf(
                        script(suite, "plain", script).lines().distinct().toList());
    }

    private String script(String suite, String engine, String script) throws Exception {
        return machine.in(suite, engine, "sh", "-c", script);
    }

    private Shell.Result tryScript(String suite, String engine, String script) throws Exception {
        return machine.tryIn(suite, engine, "sh", "-c", script);
    }
}
