package dev.lamella.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Symlink;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.RandomTrees;
import dev.lamella.testkit.TreeFacts;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundTripTest {

    @Test
    void whatIsWrittenIsReadBack() {
        Fuzz.run(40, random -> {
            RandomTrees.RandomTree tree = RandomTrees.next(random, 1 + random.nextInt(400));
            MemorySegment image = Trees.write(tree);
            Directory read = ErofsReader.readTree(image, ErofsLimits.DEFAULT);
            assertThat(TreeFacts.of(read, Trees.segment(tree.data()), image)).isEqualTo(Trees.facts(tree));
        });
    }

    @Test
    void theSameTreeGivesTheSameBytes() {
        Fuzz.run(10, random -> {
            RandomTrees.RandomTree tree = RandomTrees.next(random, 150);
            assertThat(Trees.write(tree).mismatch(Trees.write(tree))).isEqualTo(-1);
        });
    }

    @Test
    void theTreeReadGivesTheSameImageAgain() {
        Fuzz.run(10, random -> {
            RandomTrees.RandomTree tree = RandomTrees.next(random, 150);
            MemorySegment image = Trees.write(tree);
            Directory read = ErofsReader.readTree(image, ErofsLimits.DEFAULT);
            assertThat(Trees.write(read, tree.data().length(), image).mismatch(image))
                    .isEqualTo(-1);
        });
    }

    @Test
    void aLayerDirectoryHasTheTreeAsDiff() {
        Fuzz.run(10, random -> {
            RandomTrees.RandomTree tree = RandomTrees.next(random, random.nextInt(200));
            MemorySegment index = Trees.write(tree);
            Map<ByteString, byte[]> files = Map.of(
                    ByteString.utf8("link"),
                            ByteString.utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZ").toByteArray(),
                    ByteString.utf8("lower"), random.bytes(random.nextInt(3000)));
            Map<ByteString, ByteString> links =
                    Map.of(ByteString.utf8("additionallayer"), ByteString.utf8("x".repeat(1 + random.nextInt(600))));
            var out = new ByteArrayOutputStream();
            LayerDirectoryImage.write(index, new LayerDirectoryImage.Beside(files, links, List.of()), out);
            MemorySegment image = MemorySegment.ofArray(out.toByteArray());
            Directory root = ErofsReader.readTree(image, ErofsLimits.DEFAULT);
            assertThat(root.entries()).hasSize(4);
            Directory diff = (Directory) root.get(ByteString.utf8("diff")).orElseThrow();
            MemorySegment data = Trees.segment(tree.data());
            assertThat(TreeFacts.of(diff, data, image))
                    .isEqualTo(TreeFacts.of(ErofsReader.readTree(index, ErofsLimits.DEFAULT), data, index));
            assertThat(root.get(ByteString.utf8("additionallayer")).map(link -> ((Symlink) link).target()))
                    .contains(links.get(ByteString.utf8("additionallayer")));
            Directory expected = Trees.directory();
            LayerDirectories.addFiles(expected, files);
            expected.put(
                    ByteString.utf8("additionallayer"),
                    root.get(ByteString.utf8("additionallayer")).orElseThrow());
            root.remove(ByteString.utf8("diff"));
            assertThat(TreeFacts.of(root, Trees.NOTHING, image))
                    .isEqualTo(TreeFacts.of(expected, Trees.NOTHING, LayerDirectories.contents(files)));
        });
    }
}
