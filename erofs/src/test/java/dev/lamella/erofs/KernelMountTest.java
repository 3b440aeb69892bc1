package dev.lamella.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.RandomTrees;
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

/** What the kernel shows of an image is the tree it was made of. */
@Tag("system")
class KernelMountTest {

    @TempDir
    Path temporary;

    @Test
    void theKernelShowsTheTree() {
        Fuzz.run(12, random -> {
            RandomTrees.RandomTree tree = RandomTrees.next(random, 1 + random.nextInt(500));
            Map<String, String> shown = mounted(Trees.write(tree), tree);
            assertThat(shown).isEqualTo(expected(tree));
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
            Map<String, String> shown = mounted(MemorySegment.ofArray(out.toByteArray()), tree);
            expected(tree).forEach((path, line) -> {
                String inDiff = path.equals("/") ? "/diff" : "/diff" + path;
                String moved = line.replace("hard link to /", "hard link to /diff/");
                assertThat(shown.remove(inDiff)).as(inDiff).isEqualTo(moved);
            });
            assertThat(shown).containsOnlyKeys("/", "/link", "/additionallayer", "/n", "/n/n");
            assertThat(shown.get("/additionallayer")).isEqualTo("SYMLINK 0777 0:0 0 {} -> ../x");
        });
    }

    private static Map<String, String> expected(RandomTrees.RandomTree tree) {
        Directory stored = MountedTree.allStored(tree.root(), tree.data().length());
        var contents = new ByteArrayOutputStream();
        contents.writeBytes(tree.data().toByteArray());
        contents.writeBytes(tree.stored().toByteArray());
        return Trees.text(stored, MemorySegment.ofArray(contents.toByteArray()));
    }

    private Map<String, String> mounted(MemorySegment image, RandomTrees.RandomTree tree) throws IOException {
        Path index = Files.write(temporary.resolve("index.erofs"), image.toArray(ValueLayout.JAVA_BYTE));
        Path data = Files.write(temporary.resolve("data.tar"), tree.data().toByteArray());
        Path target = Files.createDirectories(temporary.resolve("mounted"));
        Kernel.mount(index, data, target);
        try {
            return MountedTree.text(target);
        } finally {
            Kernel.unmount(target);
        }
    }
}
