package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without mounts; {@code RestoreTest} and {@code KilledNodeTest} have them. */
class LeftoversTest {

    private final Path images;
    private final Path state;
    private final Path graphroot;
    private final ImageStore imageStore;
    private final LayerDirectory shape;
    private final Leftovers leftovers;

    LeftoversTest(@TempDir Path directory) throws IOException {
        images = directory.resolve("images");
        state = directory.resolve("state");
        graphroot = directory.resolve("graphroot");
        imageStore = new ImageStore(images, Duration.ofSeconds(10));
        shape = new LayerDirectory(images, state.resolve("layers"));
        leftovers = new Leftovers(imageStore, shape, state.resolve("images"), new Graphroots(List.of(graphroot)));
        Files.createDirectories(state.resolve("images"));
        imageStore.create();
    }

    private static Digest digest(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ShownLayer layer(String name, Digest diffId, Optional<String> parent) {
        return new ShownLayer(
                digest(name).hex(),
                parent,
                diffId,
                1,
                digest("blob " + name),
                1,
                Compression.GZIP,
                Instant.EPOCH,
                List.of(),
                List.of());
    }

    /** Makes all the files of a layer. */
    private ShownLayer make(String name, ShownLayer... parents) throws IOException {
        List<String> below = Stream.of(parents).map(ShownLayer::id).toList();
        ShownLayer layer = layer(name, digest("diff " + name), below.stream().findFirst());
        shape.make(layer, below);
        shape.makeAdditionalLayer(layer, Path.of("/data.tar"));
        Files.writeString(localFile(layer.id() + ".erofs"), "x");
        Files.writeString(localFile(layer.id() + ".sha256"), "x");
        return layer;
    }

    private Path localFile(String name) {
        return state.resolve("images").resolve(name);
    }

    private ShownImage image(String name, ShownLayer top) throws IOException {
        String id = digest(name).hex();
        imageStore.writeDocument(id, "manifest", new byte[1]);
        return new ShownImage(
                id,
                digest(name),
                List.of(name),
                top.id(),
                Instant.EPOCH,
                Map.of("manifest", new ShownImage.Document(digest(name), 1)));
    }

    private Set<String> everything() throws IOException {
        var names = new TreeSet<String>();
        for (Path root : List.of(images, state)) {
            try (Stream<Path> paths = Files.walk(root)) {
                paths.forEach(path -> names.add(path.toString()));
            }
        }
        return names;
    }

    @Test
    void whatIsListedStaysAndTheRestGoes() throws IOException {
        ShownLayer base = make("base");
        ShownLayer top = make("top", base);
        imageStore.writeLayers(List.of(base, top));
        imageStore.writeImages(List.of(image("listed", top)));
        Set<String> before = everything();
        leftovers.sweep();
        assertThat(everything()).isEqualTo(before);

        ShownLayer other = make("other", base);
        make("third", other, base);
        image("unlisted", other);
        String half = digest("half").hex();
        for (String name : List.of(half + ".index", half + ".erofs.new", base.id() + ".sha256.new", half + ".sha256")) {
            Files.writeString(localFile(name), "half");
        }
        Files.writeString(images.resolve("overlay-layers/layers.json.new"), "half");
        Files.writeString(shape.mountPoint(other.id()).resolve("link.new"), "half");
        Files.createSymbolicLink(shape.mountPoints().resolve("l/0123456789ab.new"), Path.of("half"));
        leftovers.sweep();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void layersOfOneDiffIdShareTheDirectoryForPush() throws IOException {
        ShownLayer base = make("base");
        ShownLayer same = layer("same", base.diffId(), Optional.of(base.id()));
        shape.make(same, List.of(base.id()));
        imageStore.writeLayers(List.of(base));
        leftovers.sweep();
        assertThat(shape.additionalLayers()).containsExactly(base.diffId().hex());
        assertThat(shape.present()).containsExactly(base.id());
    }

    @Test
    void foreignThingsAreNotTouched() throws IOException {
        Path overlay = shape.mountPoints();
        String engines = digest("engine's").hex();
        Files.createDirectories(overlay.resolve(engines).resolve("diff"));
        Files.writeString(overlay.resolve(engines).resolve("link"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        Files.createDirectories(overlay.resolve("l"));
        Files.createSymbolicLink(overlay.resolve("l/ABCDEFGHIJKLMNOPQRSTUVWXYZ"), Path.of("../" + engines + "/diff"));
        Files.createSymbolicLink(
                overlay.resolve("l/0123456789ab"), Path.of("../" + digest("x").hex()));
        Files.createDirectories(overlay.resolve("something"));
        Files.writeString(overlay.resolve(digest("file").hex()), "a file");
        Files.writeString(localFile("notes"), "x");
        Files.writeString(localFile(engines + ".txt"), "x");
        Files.createDirectories(state.resolve("layers/other"));
        Files.createDirectories(state.resolve("layers").resolve(engines).resolve("inside"));
        Files.createDirectories(
                images.resolve("overlay-images").resolve(engines).resolve("Sub"));
        Files.writeString(images.resolve("overlay-images/notes"), "x");
        Set<String> before = everything();
        leftovers.sweep();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void whatAnEngineRefersToStaysWithAllBelowIt() throws IOException {
        ShownLayer base = make("base");
        ShownLayer middle = make("middle", base);
        ShownLayer top = make("top", middle, base);
        ShownLayer aside = make("aside", base);
        Files.createDirectories(graphroot.resolve("overlay-layers"));
        Path engine = graphroot.resolve("overlay-layers/layers.json");
        Files.writeString(
                engine,
                "[{\"id\":\"container\",\"parent\":\"%s\"},{\"id\":\"foreign\",\"parent\":\"../../etc\"}]"
                        .formatted(top.id()));
        leftovers.sweep();
        assertThat(shape.present()).containsExactlyInAnyOrder(base.id(), middle.id(), top.id());
        assertThat(localFile(middle.id() + ".erofs")).exists();
        assertThat(shape.additionalLayers())
                .contains(middle.diffId().hex(), aside.diffId().hex());

        Files.writeString(engine, "[]");
        leftovers.sweep();
        assertThat(shape.present()).isEmpty();
        assertThat(shape.additionalLayers()).isEmpty();
    }

    @Test
    void whatAListedImageRefersToStaysThoughItsLayersAreNotListed() throws IOException {
        ShownLayer base = make("base");
        ShownLayer top = make("top", base);
        imageStore.writeImages(List.of(image("listed", top)));
        Set<String> before = everything();
        leftovers.sweep();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void nothingIsTouchedIfAListCannotBeRead() throws IOException {
        image("unlisted", make("layer"));
        Set<String> before = everything();
        for (Path list : List.of(
                images.resolve("overlay-layers/layers.json"),
                images.resolve("overlay-images/images.json"),
                graphroot.resolve("overlay-images/images.json"))) {
            Files.createDirectories(list.resolveSibling("."));
            Files.writeString(list, "[{");
            assertThatExceptionOfType(DamagedImageStoreException.class)
                    .isThrownBy(leftovers::sweep)
                    .withMessageStartingWith(list.toString());
            assertThat(everything()).isEqualTo(before);
            Files.writeString(list, "[]");
        }
        leftovers.sweep();
        assertThat(shape.present()).isEmpty();
    }
}
