package dev.lamella.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Metadata;
import dev.lamella.filetree.Timestamp;
import dev.lamella.filetree.Xattrs;
import dev.lamella.testkit.Mounted;
import dev.lamella.testkit.MountedTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scan finds: owners, and the marks that root is not to see; what a layer brings itself stays. */
class IndexScanTest {

    private static final ByteString TRUSTED = ByteString.utf8("trusted.overlay.opaque");
    private static final ByteString USER = ByteString.utf8("user.overlay.opaque");
    private static final ByteString YES = ByteString.utf8("y");
    private static final Xattrs BOTH = Xattrs.of(Map.of(TRUSTED, YES, USER, YES));

    private static Directory directory(Xattrs xattrs) {
        return new Directory(new Metadata(0755, 0, 0, Timestamp.EPOCH, xattrs));
    }

    /** One mark lies behind its inode, many share one place. */
    private static MemorySegment layerDirectory(Directory root, int opaque) throws IOException {
        for (int i = 0; i < opaque; i++) {
            root.put(ByteString.utf8("opaque" + i), directory(BOTH));
        }
        root.put(ByteString.utf8("file"), Trees.file(0));
        var out = new ByteArrayOutputStream();
        LayerDirectoryImage.write(
                Trees.write(root, 0, Trees.NOTHING),
                new LayerDirectoryImage.Beside(Map.of(), Map.of(), List.of()),
                out);
        return MemorySegment.ofArray(out.toByteArray());
    }

    private static Directory diff(MemorySegment image) throws IOException {
        Directory root = ErofsReader.readTree(image, ErofsLimits.DEFAULT);
        return (Directory) root.get(ByteString.utf8("diff")).orElseThrow();
    }

    private static Xattrs xattrs(Directory tree, String name) {
        return tree.get(ByteString.utf8(name)).orElseThrow().metadata().xattrs();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 40, 500})
    void aMarkThatRepeatsATrustedOneIsMovedOutOfSight(int opaque) throws IOException {
        Directory tree = diff(layerDirectory(directory(BOTH), opaque));
        assertThat(tree.metadata().xattrs().asMap())
                .containsOnlyKeys(TRUSTED, ByteString.utf8("lustre.overlay.opaque"));
        for (int i = 0; i < opaque; i++) {
            assertThat(xattrs(tree, "opaque" + i)).isEqualTo(tree.metadata().xattrs());
        }
    }

    @Test
    void anAttributeOfTheLayersOwnStays() throws IOException {
        var root = Trees.directory();
        root.put(ByteString.utf8("own"), directory(Xattrs.of(Map.of(USER, YES))));
        root.put(ByteString.utf8("other"), directory(Xattrs.of(Map.of(TRUSTED, YES, USER, ByteString.utf8("x")))));
        Directory tree = diff(layerDirectory(root, 3));
        assertThat(xattrs(tree, "own").asMap()).containsOnlyKeys(USER);
        assertThat(xattrs(tree, "other").asMap()).containsOnlyKeys(TRUSTED, USER);
        assertThat(xattrs(tree, "opaque0").asMap()).doesNotContainKey(USER);
    }

    @Test
    void ownersAreFoundOnceEach() throws IOException {
        var root = directory(Xattrs.NONE);
        for (long id : new long[] {7, 4_000_000_000L, 7, 1000}) {
            root.put(
                    ByteString.utf8("of" + id),
                    new Directory(new Metadata(0755, id, id + 1, Timestamp.EPOCH, Xattrs.NONE)));
        }
        var scan = new IndexScan(Trees.write(root, 0, Trees.NOTHING));
        assertThat(scan.owners().uids()).containsExactly(0L, 7L, 1000L, 4_000_000_000L);
        assertThat(scan.owners().gids()).containsExactly(0L, 8L, 1001L, 4_000_000_001L);
    }

    @Test
    @Tag("system")
    void theKernelShowsTheTrustedMarkOnly(@TempDir Path temporary) throws IOException {
        MemorySegment image = layerDirectory(Trees.directory(), 60);
        Path index = Files.write(temporary.resolve("index.erofs"), image.toArray(ValueLayout.JAVA_BYTE));
        Path data = Files.write(temporary.resolve("data.tar"), new byte[0]);
        try (Mounted mounted = Mounted.erofs(index, data, temporary.resolve("mounted"))) {
            var facts = MountedTree.facts(mounted.target());
            for (int i = 0; i < 60; i++) {
                assertThat(String.valueOf(facts.get("/diff/opaque" + i)))
                        .contains("trusted.overlay.opaque")
                        .doesNotContain("user.overlay", "lustre.");
            }
        }
    }
}
