package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.erofs.LayerDirectoryImage;
import dev.lamella.filetree.Digest;
import dev.lamella.volume.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerDirectoryTest {

    private static final Digest DIFF_ID = digest("diff");
    private static final String BASE = digest("base").hex();
    private static final String MIDDLE = digest("middle").hex();
    private static final String TOP = digest("top").hex();

    private final Path imageStore;
    private final Path blobs;
    private final LayerDirectory shape;

    LayerDirectoryTest(@TempDir Path directory) {
        imageStore = directory.resolve("images");
        blobs = directory.resolve("layers");
        shape = new LayerDirectory(imageStore, blobs);
    }

    private static Digest digest(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ShownLayer layer(String id) {
        return new ShownLayer(
                id,
                Optional.empty(),
                DIFF_ID,
                1024,
                digest("blob"),
                77,
                Compression.GZIP,
                Instant.EPOCH,
                List.of(),
                List.of());
    }

    /** The whole tree below a directory: files with their content, links with their targets. */
    private static Map<String, String> tree(Path root) throws IOException {
        var tree = new TreeMap<String, String>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                String name = root.relativize(path).toString();
                if (Files.isSymbolicLink(path)) {
                    tree.put(name, "-> " + Files.readSymbolicLink(path));
                } else if (Files.isRegularFile(path)) {
                    tree.put(name, Files.readString(path));
                }
            }
        }
        return tree;
    }

    /** The link of a layer without what follows its key. */
    private String key(String id) throws IOException {
        String link = Files.readString(shape.mountPoint(id).resolve("link"));
        assertThat(link).matches("[0-9a-f]{12}/d");
        return link.substring(0, 12);
    }

    @Test
    void belowTheMountLieTheSmallFilesAndNothingElse() throws IOException {
        shape.make(layer(BASE), List.of());
        shape.make(layer(MIDDLE), List.of(BASE));
        shape.make(layer(TOP), List.of(MIDDLE, BASE));
        shape.make(layer(TOP), List.of(MIDDLE, BASE));
        String additional = blobs + "/none/../" + DIFF_ID.hex();
        String lowerOfMiddle = "l/" + key(BASE) + "/d";
        assertThat(tree(imageStore))
                .isEqualTo(Map.ofEntries(
                        Map.entry("overlay/" + BASE + "/link", key(BASE) + "/d"),
                        Map.entry("overlay/" + BASE + "/additionallayer", additional),
                        Map.entry("overlay/" + MIDDLE + "/link", key(MIDDLE) + "/d"),
                        Map.entry("overlay/" + MIDDLE + "/lower", lowerOfMiddle),
                        Map.entry("overlay/" + MIDDLE + "/additionallayer", additional),
                        Map.entry("overlay/" + TOP + "/link", key(TOP) + "/d"),
                        Map.entry("overlay/" + TOP + "/lower", "l/" + key(MIDDLE) + "/d:" + lowerOfMiddle),
                        Map.entry("overlay/" + TOP + "/additionallayer", additional),
                        Map.entry("overlay/l/" + key(BASE), "-> ../" + BASE),
                        Map.entry("overlay/l/" + key(MIDDLE), "-> ../" + MIDDLE),
                        Map.entry("overlay/l/" + key(TOP), "-> ../" + TOP)));
    }

    @Test
    void theImageHoldsTheSameFilesAndTheLinksThatLeadBack() throws IOException {
        LayerDirectoryImage.Beside beside = shape.beside(TOP, DIFF_ID, List.of(BASE));
        var files = new TreeMap<String, String>();
        beside.files()
                .forEach((name, content) -> files.put(name.toString(), new String(content, StandardCharsets.UTF_8)));
        shape.make(layer(TOP), List.of(BASE));
        assertThat(files).isEqualTo(tree(shape.mountPoint(TOP)));
        var links = new TreeMap<String, String>();
        beside.symlinks().forEach((name, target) -> links.put(name.toString(), target.toString()));
        assertThat(links).isEqualTo(Map.of("d", "s/../../" + TOP + "/diff", "s", "n/n", TOP, "."));
        assertThat(beside.directories()).hasToString("[n, n]");
    }

    /** An engine removes what it stopped using by a path that must not exist, and reads by the cleaned path. */
    @Test
    void theDirectoryForPushAnswersAsAnAdditionalLayerStore() throws IOException {
        Path data = blobs.resolveSibling("data.tar");
        shape.make(layer(BASE), List.of());
        shape.makeAdditionalLayer(layer(BASE), data);
        shape.makeAdditionalLayer(layer(BASE), data);
        assertThat(tree(blobs))
                .isEqualTo(Map.of(
                        DIFF_ID.hex() + "/blob",
                        "-> " + data,
                        DIFF_ID.hex() + "/use",
                        "-> " + blobs.resolve(DIFF_ID.hex()) + "/none/use",
                        DIFF_ID.hex() + "/info",
                        "{\"compressed-diff-digest\":\"%s\",\"compressed-size\":77,\"diff-digest\":\"%s\",\"diff-size\":1024,\"compression\":0,\"uidset\":[],\"gidset\":[]}"
                                .formatted(digest("blob"), DIFF_ID)));
        Path named = Path.of(Files.readString(shape.mountPoint(BASE).resolve("additionallayer")));
        assertThat(named).doesNotExist();
        assertThat(named.normalize()).isDirectory();
    }

    @Test
    void keysDifferWithinAndBetweenStores() {
        var other = new LayerDirectory(imageStore.resolveSibling("other"), blobs);
        var links = new HashSet<String>();
        for (int i = 0; i < 500; i++) {
            String id = digest("layer " + i).hex();
            for (LayerDirectory each : List.of(shape, other)) {
                each.beside(id, DIFF_ID, List.of()).files().forEach((name, content) -> {
                    if (name.toString().equals("link")) {
                        links.add(new String(content, StandardCharsets.UTF_8));
                    }
                });
            }
        }
        assertThat(links).hasSize(1000);
    }

    @Test
    void knowsWhatIsThereAndWhatLiesBelowWhat() throws IOException {
        assertThat(shape.present()).isEmpty();
        assertThat(shape.additionalLayers()).isEmpty();
        shape.make(layer(BASE), List.of());
        shape.make(layer(TOP), List.of(BASE));
        shape.makeAdditionalLayer(layer(BASE), Path.of("/data.tar"));
        Path overlay = shape.mountPoints();
        Files.createDirectory(overlay.resolve("ABCDEF"));
        Files.createSymbolicLink(overlay.resolve("l/0123456789ab"), Path.of("../" + MIDDLE));
        Files.createSymbolicLink(overlay.resolve("l/ABCDEFGHIJKLMNOPQRSTUVWXYZ"), Path.of("../" + MIDDLE + "/diff"));
        Files.createDirectory(blobs.resolve("other"));
        assertThat(shape.present()).containsExactlyInAnyOrder(BASE, TOP);
        assertThat(shape.additionalLayers()).containsExactly(DIFF_ID.hex());
        Set<String> all = Set.of(BASE, MIDDLE, TOP);
        assertThat(shape.below(TOP, all)).containsExactly(BASE);
        assertThat(shape.below(BASE, all)).isEmpty();
        assertThat(shape.below(MIDDLE, all)).isEmpty();
    }

    @Test
    void takesAwayWhatItMadeAndNothingElse() throws IOException {
        shape.make(layer(BASE), List.of());
        shape.make(layer(TOP), List.of(BASE));
        shape.makeAdditionalLayer(layer(BASE), Path.of("/data.tar"));
        Files.writeString(shape.mountPoint(TOP).resolve("lower.new"), "half");
        Files.createSymbolicLink(shape.mountPoints().resolve("l/0123456789ab.new"), Path.of("half"));
        Path foreign = Files.createDirectory(shape.mountPoint(BASE).resolve("diff"));

        shape.remove(TOP);
        shape.remove(TOP);
        shape.removeTemporaries();
        assertThat(shape.mountPoint(TOP)).doesNotExist();
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> shape.remove(BASE));
        assertThat(tree(shape.mountPoint(BASE))).containsOnlyKeys("link", "additionallayer");
        Files.delete(foreign);
        shape.remove(BASE);
        shape.removeAdditionalLayer(DIFF_ID.hex());
        assertThat(NodeFiles.names(shape.mountPoints())).containsExactly("l");
        assertThat(shape.mountPoints().resolve("l")).isEmptyDirectory();
        assertThat(blobs).isEmptyDirectory();
    }
}
