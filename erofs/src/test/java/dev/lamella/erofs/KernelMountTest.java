package dev.lamella.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mounted;
import dev.lamella.testkit.MountedTree;
import dev.lamella.testkit.RandomTrees;
import dev.lamella.testkit.TreeFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel shows of an image is the tree it was made of. */
@Tag("system")
class KernelMountTest {

    @TempDir
    Path temporary;

    @Test
    void theKernelShowsTheTree() {
        Fuzz.run(12, random -> {
            RandomTrees.RandomTree tree = RandomTrees.next(random, 1 + random.nextInt(500));
            assertThat(mounted(Trees.write(tree), tree)).isEqualTo(Trees.facts(tree));
        });
    }

    @Test
    void theKernelShowsALayerDirectory() {
        Fuzz.run(6, random -> {
            RandomTrees.RandomTree tree = RandomTrees.next(random, 1 + random.nextInt(300));
            Map<ByteString, byte[]> files = Map.of(ByteString.utf8("link"), random.bytes(26));
            Map<ByteString, ByteString> links = Map.of(ByteString.utf8("additionallayer"), ByteString.utf8("../x"));
            var out = new ByteArrayOutputStream();
            var nested = List.of(ByteString.utf8("n"), ByteString.utf8("n"));
            var beside = new LayerDirectoryImage.Beside(files, links, nested);
            LayerDirectoryImage.write(Trees.write(tree), beside, out);
            SortedMap<String, SortedMap<String, String>> shown =
                    mounted(MemorySegment.ofArray(out.toByteArray()), tree);
            Trees.facts(tree).forEach((path, fields) -> {
                String inDiff = path.equals("/") ? "/diff" : "/diff" + path;
                fields.computeIfPresent(TreeFacts.SAME_AS, (_, first) -> "/diff" + first);
                assertThat(shown.remove(inDiff)).as(inDiff).isEqualTo(fields);
            });
            assertThat(shown).containsOnlyKeys("/", "/link", "/additionallayer", "/n", "/n/n");
            assertThat(shown.get("/additionallayer")).containsEntry("target", "../x");
        });
    }

    private SortedMap<String, SortedMap<String, String>> mounted(MemorySegment image, RandomTrees.RandomTree tree)
            throws IOException {
        Path index = Files.write(temporary.resolve("index.erofs"), image.toArray(ValueLayout.JAVA_BYTE));
        Path data = Files.write(temporary.resolve("data.tar"), tree.data().toByteArray());
        try (Mounted mounted = Mounted.erofs(index, data, temporary.resolve("mounted"))) {
            return MountedTree.facts(mounted.target());
        }
    }
}
