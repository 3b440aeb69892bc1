package dev.lamella.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layer store and nothing else: no image store, no hook, no mirror. Podman 4.3 asks it for the digests of blobs. */
@Tag("system")
class LayerStoreTest extends WithMachine {

    private static final String SUITE = "bookworm";
    private static final int PARALLEL = 64;
    private static final int HOSTILE_PATHS = 1000;

    private final OciImage image = FeatureImage.of(OciImages.Compression.GZIP);
    private final String reference = registry.push("test/features", "1", image);
    private TocImages images;

    LayerStoreTest(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws Exception {
        super(directory);
    }

    @BeforeEach
    void startNode() throws Exception {
        machine.configureLayerStore(ImageTour.ENGINE, "later");
        machine.engineWithLayerStore(ImageTour.ENGINE, true);
        images = new TocImages(machine, registry);
        images.trust("shown");
        images.trust(ImageTour.ENGINE);
        machine.startNode();
    }

    @AfterEach
    void stopRegistry() throws Exception {
        images.close();
    }

    /** Nothing is published before: the lookup itself has the image published. */
    @Test
    void everythingOneDoesWithAnUnmodifiedImage() throws Exception {
        var tour = new ImageTour(machine, SUITE, reference, "base");
        tour.pullAndRun();
        assertThat(LayerRequests.of(registry.accesses(), image))
                .as("each layer was fetched once, by the node")
                .containsExactlyInAnyOrderElementsOf(LayerRequests.layers(image));
        registry.forgetAccesses();
        assertThat(tour.quietly("podman image inspect --format '{{.Digest}} {{.Id}}' " + reference))
                .isEqualTo(image.digest() + " " + image.imageId().hex());
        tour.all();
        assertThat(LayerRequests.of(registry.accesses(), image)).isEmpty();
    }

    /** Podman 5.4 asks for the digest of the table of contents, and takes nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"zstd:chunked", "eStargz"})
    void everythingOneDoesWithAnImageOfTables(String kind) throws Exception {
        TocImages.Pushed pushed = kind.equals("eStargz") ? images.estargz() : images.zstdChunked();
        new ImageTour(machine, TocImages.MAKER, pushed.reference(), "contents").all();
        assertThat(ImageTour.fetchedByOthers(images.registry().log(), pushed.blobs()))
                .isEmpty();
    }

    /** What upstream's fault allows (docs/upstream.md): when Podman of sid keeps the layers, this is to go the same way as 5.4. */
    @Test
    void podman58LosesTheLayersThatItWasGiven() throws Exception {
        TocImages.Pushed pushed = images.zstdChunked();
        Shell.Result pull = machine.tryIn("sid", ImageTour.ENGINE, "podman", "pull", "-q", pushed.reference());
        assertThat(pull.code()).as(pull.err()).isZero();
        assertThat(ImageTour.fetchedByOthers(images.registry().log(), pushed.blobs()))
                .isEmpty();
        assertThat(machine.directory().resolve(ImageTour.ENGINE).resolve("root/overlay-layers/layers.json"))
                .as(
                        "upstream keeps the layers: let everythingOneDoesWithAnImageOfTables run with sid, and change docs/upstream.md")
                .doesNotExist();
    }

    /** Podman 4.3 asks for the digests of blobs, 5.4 for those of tables of contents, on one mount, while others ask for anything. */
    @Test
    void bothGenerationsAtOnce() throws Exception {
        machine.engineWithLayerStore("later", true);
        images.trust("later");
        TocImages.Pushed pushed = images.zstdChunked();
        String encoded = Base64.getEncoder().encodeToString(pushed.reference().getBytes(StandardCharsets.UTF_8));
        var hostile =
                new HostilePaths(machine.layerStore(), encoded, pushed.blobs().getFirst());
        try (var threads = Executors.newFixedThreadPool(PARALLEL + 2)) {
            Future<?> early = threads.submit(
                    () -> machine.in(SUITE, ImageTour.ENGINE, "podman", "pull", "-q", pushed.reference()));
            Future<?> late = threads.submit(
                    () -> machine.in(TocImages.MAKER, "later", "podman", "pull", "-q", pushed.reference()));
            List<Future<?>> lookups = new ArrayList<>();
            for (int i = 0; i < PARALLEL; i++) {
                int number = i;
                lookups.add(threads.submit(() -> {
                    for (Digest blob : pushed.blobs()) {
                        Path layer = machine.layerStore().resolve(encoded).resolve(blob.toString());
                        assertThat(layer.resolve("info")).isRegularFile();
                        assertThat(layer.resolve("diff").toRealPath()).isDirectory();
                    }
                    hostile.tryOut(number, HOSTILE_PATHS / PARALLEL + 1);
                    return "done";
                }));
            }
            for (Future<?> lookup : lookups) {
                lookup.get(2, TimeUnit.MINUTES);
            }
            early.get(2, TimeUnit.MINUTES);
            late.get(2, TimeUnit.MINUTES);
        }
        for (String suite : List.of(SUITE, TocImages.MAKER)) {
            String engine = suite.equals(SUITE) ? ImageTour.ENGINE : "later";
            assertThat(machine.in(suite, engine, "podman", "run", "--rm", "--pull=never", pushed.reference()))
                    .isEqualTo("contents");
        }
        assertThat(ImageTour.fetchedByOthers(images.registry().log(), pushed.blobs()))
                .isEmpty();
        assertThat(machine.nodeLog()).doesNotContain("\tat ");
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
        var tour = new ImageTour(machine, SUITE, reference, "base");
        tour.quietly("podman pull -q " + reference);
        Shell.Result refused = machine.tryLamella("rm", reference);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains(reference + " is in use: ", "remove these first");
        machine.lamella("rm", "--force", reference);
        assertThat(tour.quietly("podman run --rm " + reference)).isEqualTo("base");
        tour.quietly("podman rmi " + reference);
        String other = registry.push("test/other", "1", SmallImage.named("other"));
        machine.lamella("pull", other);
        assertThat(Files.readString(machine.directory().resolve("images/overlay-layers/layers.json")))
                .doesNotContain(image.diffIds().getLast().toString());
    }

    /** A node that is stopped and another that is started is an upgrade: who looks something up meanwhile waits, and what is open stays so. */
    @Test
    void aNodeThatStopsLeavesTheMountToTheNext() throws Exception {
        var tour = new ImageTour(machine, SUITE, reference, "base");
        tour.pullAndRun();
        machine.stopNode();
        try (var threads = Executors.newSingleThreadExecutor()) {
            Future<String> run = threads.submit(() -> tour.quietly("podman run --rm " + reference));
            machine.startNode();
            assertThat(run.get(1, TimeUnit.MINUTES)).isEqualTo("base");
        }
        assertThat(machine.nodeLog()).contains("taken over").doesNotContain("ERROR", "lamella: ");
        tour.requireUses(1, 1);
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
