package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The layer store and nothing else: no image store, no hook, no mirror. Podman 4.3 asks it for the digests of blobs. */
@Tag("system")
class LayerStoreTest extends WithMachine {

    private static final String SUITE = "bookworm";

    private final OciImage image = FeatureImage.of(OciImages.Compression.GZIP);
    private final String reference = registry.push("test/features", "1", image);

    LayerStoreTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
    }

    @BeforeEach
    void startNode() throws Exception {
        machine.configureLayerStore("asking");
        machine.engineWithLayerStore("asking", true);
        machine.startNode();
    }

    /** Runs a script beside Podman, which must succeed and have nothing to say on standard error. */
    private String quietly(String script) throws Exception {
        Shell.Result result = machine.tryIn(SUITE, "asking", "sh", "-c", script);
        assertThat(result.err()).as(script).isEmpty();
        assertThat(result.code()).as(script).isZero();
        return result.out().strip();
    }

    /** Returns how often each layer is used, by what engines said and by what is in their stores; both must be the same. */
    private List<Integer> uses() throws Exception {
        var counts = new ArrayList<Integer>();
        for (JsonNode use : JsonMapper.shared()
                .readTree(machine.lamella("layers", "--uses", "--json"))
                .path("uses")) {
            assertThat(use.path("counted").intValue())
                    .as(use.toString())
                    .isEqualTo(use.path("inStores").intValue());
            counts.add(use.path("counted").intValue());
        }
        return counts;
    }

    /** Nothing is published before: the lookup itself has the image published. */
    @Test
    void everythingOneDoesWithAnUnmodifiedImage() throws Exception {
        quietly("podman pull -q " + reference);
        assertThat(LayerRequests.of(registry.accesses(), image))
                .as("each layer was fetched once, by the node")
                .containsExactlyInAnyOrderElementsOf(LayerRequests.layers(image));
        registry.forgetAccesses();
        assertThat(quietly("podman run --rm " + reference)).isEqualTo("base");
        assertThat(quietly("podman image inspect --format '{{.Digest}} {{.Id}}' " + reference))
                .isEqualTo(image.digest() + " " + image.imageId().hex());
        assertThat(quietly("podman images -q --no-trunc"))
                .isEqualTo(image.imageId().toString());
        assertThat(uses()).containsExactly(1, 1);

        Path directory = machine.directory();
        quietly("podman save -q -o %s/saved.tar %s".formatted(directory, reference));
        Files.writeString(
                directory.resolve("Containerfile"),
                "FROM " + reference + "\nRUN [\"/bin/sh\", \"-c\", \"echo built > /etc/built\"]\n");
        quietly("podman build -q -t localhost/built -f %1$s/Containerfile %1$s".formatted(directory));
        assertThat(quietly("podman run --rm localhost/built /bin/cat /etc/built"))
                .isEqualTo("built");
        quietly("podman create -q --name changed %s /bin/sh -c 'echo more >> /etc/motd' && podman start -a changed"
                .formatted(reference));
        quietly("podman commit -q changed localhost/committed && podman rm changed");
        assertThat(quietly("podman run --rm localhost/committed /bin/cat /etc/motd"))
                .isEqualTo("base\nmore");
        pushesToAnEmptyRegistry();
        assertThat(LayerRequests.of(registry.accesses(), image)).isEmpty();

        quietly("podman rmi localhost/built localhost/committed > /dev/null");
        assertThat(uses()).containsExactly(1, 1);
        quietly("podman rmi " + reference);
        assertThat(uses()).isEmpty();
        quietly("podman pull -q %1$s && podman run --rm %1$s".formatted(reference));
        assertThat(uses()).containsExactly(1, 1);
        quietly("podman system reset -f");
        assertThat(uses()).isEmpty();
        assertThat(LayerRequests.of(registry.accesses(), image)).isEmpty();
        assertThat(machine.nodeLog()).doesNotContain("WARN", "ERROR", "\tat ");
    }

    private void pushesToAnEmptyRegistry() throws Exception {
        var empty = new EmptyRegistry(machine.directory().resolve("empty"));
        try {
            String pushed = empty.address() + "/copied/features:2";
            quietly("podman push -q --tls-verify=false %s %s".formatted(reference, pushed));
            JsonNode manifest = empty.manifest("copied/features", "2");
            assertThat(manifest.path("config").path("digest").asString())
                    .isEqualTo(image.imageId().toString());
            machine.engine("plain", false);
            machine.in(SUITE, "plain", "podman", "pull", "-q", "--tls-verify=false", pushed);
            assertThat(machine.in(SUITE, "plain", "podman", "run", "--rm", pushed))
                    .isEqualTo("base");
        } finally {
            empty.stop();
        }
    }

    /** Without the name of the image nothing can be published: what is shown is found. */
    @Test
    void withoutReferencesWhatIsShownIsFound() throws Exception {
        machine.engineWithLayerStore("nameless", false);
        machine.in(SUITE, "nameless", "podman", "pull", "-q", reference);
        assertThat(LayerRequests.of(registry.accesses(), image)).hasSize(2);
        machine.in(SUITE, "nameless", "podman", "rmi", reference);
        machine.lamella("pull", reference);
        registry.forgetAccesses();
        Shell.Result pull = machine.tryIn(SUITE, "nameless", "podman", "pull", "-q", reference);
        assertThat(pull.err()).isEmpty();
        assertThat(LayerRequests.of(registry.accesses(), image)).isEmpty();
        assertThat(machine.in(SUITE, "nameless", "podman", "run", "--rm", reference))
                .isEqualTo("base");
    }

    /** What an engine uses of the layer store is not taken away. */
    @Test
    void layersInUseStay() throws Exception {
        quietly("podman pull -q " + reference);
        Shell.Result refused = machine.tryLamella("rm", reference);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains(reference + " is in use: ", "remove these first");
        machine.lamella("rm", "--force", reference);
        assertThat(quietly("podman run --rm " + reference)).isEqualTo("base");
        quietly("podman rmi " + reference);
        String other = registry.push("test/other", "1", SmallImage.named("other"));
        machine.lamella("pull", other);
        assertThat(Files.readString(machine.directory().resolve("images/overlay-layers/layers.json")))
                .doesNotContain(image.diffIds().getLast().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"trixie", "sid"})
    void laterPodmansAskForNothingOfAnUnmodifiedImage(String suite) throws Exception {
        Shell.Result pull = machine.tryIn(suite, "asking", "podman", "pull", "-q", reference);
        assertThat(pull.code()).isZero();
        assertThat(pull.err()).isEmpty();
        assertThat(machine.in(suite, "asking", "podman", "run", "--rm", reference))
                .isEqualTo("base");
        assertThat(LayerRequests.of(registry.accesses(), image)).hasSize(2);
    }
}
