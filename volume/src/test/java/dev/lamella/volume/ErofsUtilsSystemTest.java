package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.ErofsUtils;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.RandomLayers;
import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TarEntry;
import dev.lamella.testkit.TreeDifference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The index of a layer is one that {@code fsck.erofs} accepts, and has the tree that {@code mkfs.erofs --tar=i
 * --aufs} makes of the same tar, but for {@link DeliberateDifferences}.
 */
@Tag("system")
@Timeout(300)
class ErofsUtilsSystemTest {

    private static ErofsUtils tools;

    @TempDir
    Path directory;

    @BeforeAll
    static void findTools() throws IOException {
        tools = ErofsUtils.ofTestbed();
    }

    private static SortedMap<String, SortedMap<String, String>> compare(
            ErofsComparison comparison, DeliberateDifferences deliberate) throws IOException {
        var ours = comparison.ours();
        assertThat(deliberate.others(ours, comparison.theirs()))
                .as("path, field, ours, that of mkfs.erofs")
                .isEmpty();
        return ours;
    }

    /** All differences, one by one; their reasons are in {@link DeliberateDifferences}. */
    @Test
    void everyFeature() throws IOException {
        ErofsComparison comparison = ErofsComparison.of(tools, directory, FeatureLayer.tar());
        assertThat(TreeDifference.between(comparison.ours(), comparison.theirs()))
                .map(TreeDifference::toString)
                .containsExactly(
                        "/: mode: 0555, 0777",
                        "/: mtime: 0.000000000, 1700000000.000000000",
                        "/: xattr trusted.overlay.origin: -, \"\"",
                        "/hidden: xattr trusted.overlay.origin: -, \"\"",
                        "/missing: mode: 0755, 0777",
                        "/missing: mtime: 0.000000000, 1700000000.000000000",
                        "/missing/too: mode: 0755, 0777",
                        "/missing/too: mtime: 0.000000000, 1700000000.000000000",
                        "/opaque/early: xattr user.overlay.opaque: \"y\", -",
                        "/opaque/late: xattr user.overlay.opaque: \"y\", -",
                        "/time/milliseconds: mtime: 1500000000.123000000, 1500000000.000000123");
    }

    @Test
    void randomLayers() {
        Fuzz.run(12, random -> {
            RandomLayers.RandomLayer layer = RandomLayers.next(random, random.nextInt(200));
            compare(
                    ErofsComparison.of(tools, directory, layer.tar().toByteArray()),
                    new DeliberateDifferences(layer.impliedDirectories(), layer.whiteoutDirectories()));
        });
    }

    @Test
    void emptyLayers() throws IOException {
        for (byte[] tar : List.of(new TarBytes().end(), new byte[10_240])) {
            compare(ErofsComparison.of(tools, directory, tar), DeliberateDifferences.OF_EVERY_LAYER);
        }
    }

    /** Mkfs.erofs knows no sparse entries, so their content is compared with that of the same files without holes. */
    @Test
    void sparseFiles() throws IOException {
        byte[] large = new byte[5000];
        Arrays.fill(large, (byte) 'x');
        List<SortedMap<Integer, byte[]>> maps = List.of(
                new TreeMap<>(Map.of(512, Arrays.copyOf(large, 1024), 40_960, large)),
                new TreeMap<>(Map.of(10, Arrays.copyOf(large, 600), 620, new byte[] {1, 2})),
                new TreeMap<>(Map.of(99_999, new byte[] {3})),
                new TreeMap<>(Map.of(0, new byte[] {4}, 65_535, large)));
        for (SparseFile.Format format : SparseFile.Format.values()) {
            var tar = new TarBytes();
            for (int i = 0; i < maps.size(); i++) {
                var sparse = new SparseFile("sparse" + i, 100_000);
                byte[] content = new byte[100_000];
                maps.get(i).forEach((offset, part) -> {
                    sparse.part(offset, part);
                    System.arraycopy(part, 0, content, offset, part.length);
                });
                tar.add(sparse, format).file("plain" + i, content);
            }
            var ours = ErofsComparison.of(tools, directory, tar.end()).ours();
            for (int i = 0; i < maps.size(); i++) {
                assertThat(ours.get("/sparse" + i)).as("%s, %d", format, i).isEqualTo(ours.get("/plain" + i));
            }
        }
    }

    @Test
    void largeDirectory() throws IOException {
        assertThat(ErofsComparison.of(tools, directory, largeDirectory(50_000)).ours())
                .hasSize(50_002);
        // Mkfs.erofs looks through a list for each name: 50,000 take it a quarter of a minute.
        compare(ErofsComparison.of(tools, directory, largeDirectory(15_000)), DeliberateDifferences.OF_EVERY_LAYER);
    }

    private Path largeDirectory(int names) throws IOException {
        Path tar = directory.resolve("layer.tar");
        try (OutputStream out = Files.newOutputStream(tar)) {
            out.write(TarEntry.directory("large/").toByteArray());
            for (int i = 0; i < names; i++) {
                // All numbers once, in another order than that of names.
                int number = (int) (i * 7919L % names);
                out.write(TarEntry.file("large/" + number, number % 10 == 0 ? "content " + number : "")
                        .toByteArray());
            }
            out.write(new TarBytes().end());
        }
        return tar;
    }

    @Test
    void realDebian() throws IOException, InterruptedException {
        Path tar = directory.resolve("layer.tar");
        Process process = new ProcessBuilder(
                        "tar",
                        "--create",
                        "--format=posix",
                        "--xattrs",
                        "--xattrs-include=*",
                        "--sort=name",
                        "--directory=" + tools.suiteRoot(),
                        "--file=" + tar,
                        "usr")
                .inheritIO()
                .start();
        assertThat(process.waitFor()).as("exit code of GNU tar").isZero();
        assertThat(compare(ErofsComparison.of(tools, directory, tar), DeliberateDifferences.OF_EVERY_LAYER))
                .hasSizeGreaterThan(5000);
    }
}
