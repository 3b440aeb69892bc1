package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.RegistryAccess;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TestRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plain pulls through the mirror, with the node behind it: nobody says {@code lamella pull}, nothing is published before.
 *
 * <p>What Podman fetches by the mirror and what the node fetches look alike to the registry. So they are told apart by their number: the node
 * has to fetch each layer once, and a second request for it would be Podman's.
 */
@Tag("system")
class MirrorNodeTest extends WithMachine {

    private static final String PASSWORD = "s3cret";
    private static final String LOGIN = "login.json";

    private final TestRegistry closed = TestRegistry.start().basic("ann", PASSWORD);

    private final OciImage tagged = SmallImage.named("tagged");
    private final OciImage pinned = SmallImage.named("pinned");
    private final OciImage child = SmallImage.named("child");
    private final OciImage hidden = SmallImage.named("hidden");
    private final OciImage index;
    private final List<String> references;

    MirrorNodeTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
        OciImage arm =
                new OciImages().platform("linux/arm64/v8").layer(new byte[1024]).build();
        index = OciImages.index(List.of("linux/arm64/v8", "linux/amd64"), List.of(arm, child));
        registry.push("test/pinned", "1", pinned);
        references = List.of(
                registry.push("test/tagged", "1", tagged),
                registry.address() + "/test/pinned@" + pinned.digest(),
                registry.push("test/multi", "1", index),
                closed.push("team/hidden", "1", hidden));
    }

    @AfterEach
    void closeClosed() {
        closed.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookworm", "trixie", "sid"})
    void layersAreThereWhenPodmanLooksForThem(String suite) throws Exception {
        arrange(machine);
        machine.engine("plain", false);
        Path login = machine.directory().resolve(LOGIN);
        machine.in(
                suite,
                "plain",
                "podman",
                "login",
                "--tls-verify=false",
                "--authfile",
                login.toString(),
                "-u",
                "ann",
                "-p",
                PASSWORD,
                closed.address());
        machine.startNode();
        machine.startMirror(login);
        machine.engineWithMirror("mirrored");
        forgetAccesses();
        String pulled = pullAll(machine, suite, "mirrored");

        assertThat(layersFetched())
                .as("layers: the node's own requests, and none of Podman's")
                .containsExactlyInAnyOrderElementsOf(LayerRequests.layers(tagged, pinned, child, hidden));
        assertThat(accesses())
                .as("what Podman asked past the mirror")
                .allMatch(access -> access.header("via").isPresent());
        for (String name : references) {
            assertThat(machine.mirrorLog()).contains(name + ": published");
        }
        assertThat(machine.mirrorLog() + machine.nodeLog()).doesNotContain(PASSWORD);
        assertThat(machine.in(suite, "mirrored", "podman", "run", "--rm", "--pull=never", references.get(2)))
                .isEqualTo("child");
        // What a plain pull makes of it.
        assertThat(pulled).isEqualTo(pullAll(machine, suite, "plain"));

        // The same store, a machine that has never seen anything: nobody downloads a layer.
        var second = new Machine(machine.directory().resolve("second"), registry, machine.directory());
        try {
            arrange(second);
            Files.copy(login, second.directory().resolve(LOGIN));
            second.startNode();
            second.startMirror(login);
            second.engineWithMirror("mirrored");
            forgetAccesses();
            assertThat(pullAll(second, suite, "mirrored")).isEqualTo(pulled);
            assertThat(layersFetched()).isEmpty();
            assertThat(second.in(suite, "mirrored", "podman", "run", "--rm", "--pull=never", references.getLast()))
                    .isEqualTo("hidden");
        } finally {
            second.close();
        }
    }

    @Test
    void twentyPullsOfTenImagesDownloadEachLayerOnce() throws Exception {
        arrange(machine);
        machine.startNode();
        machine.startMirror();
        machine.engineWithMirror("mirrored");
        byte[] base = SmallImage.base("shared");
        var names = new ArrayList<String>();
        var images = new ArrayList<OciImage>();
        for (int i = 0; i < 10; i++) {
            byte[] own = new TarBytes().file("own", "image " + i).end();
            images.add(new OciImages().layer(base).layer(own).build());
            names.add(registry.push("test/shared" + i, "1", images.getLast()));
        }
        String script = """
                for reference in "$@" "$@"; do podman pull -q "$reference" & pids="${pids:-} $!"; done
                for pid in $pids; do wait $pid || exit 1; done
                """;
        var command = new ArrayList<>(List.of("sh", "-c", script, "pull"));
        command.addAll(names);
        forgetAccesses();
        machine.in("bookworm", "mirrored", command.toArray(String[]::new));
        OciImage[] all = images.toArray(OciImage[]::new);
        assertThat(LayerRequests.of(accesses(), all))
                .as(machine.mirrorLog())
                .containsExactlyInAnyOrderElementsOf(LayerRequests.layers(all));
        assertThat(accesses()).allMatch(access -> access.header("via").isPresent());
        for (String name : names) {
            machine.in("bookworm", "mirrored", "podman", "image", "exists", name);
        }
    }

    private void arrange(Machine each) throws Exception {
        each.configureMirror(registry, closed);
        each.configure("doors.private-images = [\"" + closed.address() + "/team/*\"]");
    }

    /** Pulls all, and says for each image what the engine calls it. */
    private String pullAll(Machine each, String suite, String engine) throws Exception {
        String script = """
                for r in "$@"; do
                  podman pull -q --tls-verify=false --authfile %s "$r" > /dev/null || exit 1
                  podman image inspect --format '{{.Digest}} {{.Id}} {{.RootFS.Layers}}' "$r" || exit 1
                done
                """.formatted(each.directory().resolve(LOGIN));
        var command = new ArrayList<>(List.of("sh", "-c", script, "pull-all"));
        command.addAll(references);
        return each.in(suite, engine, command.toArray(String[]::new));
    }

    private void forgetAccesses() {
        registry.forgetAccesses();
        closed.forgetAccesses();
    }

    private List<RegistryAccess> accesses() {
        return Stream.of(registry, closed)
                .flatMap(each -> each.accesses().stream())
                .toList();
    }

    private List<String> layersFetched() {
        return LayerRequests.of(accesses(), tagged, pinned, child, hidden);
    }
}
