package dev.lamella.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Directory;
import dev.lamella.testkit.ErofsUtils;
import dev.lamella.testkit.ExtractedTree;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.Mounted;
import dev.lamella.testkit.MountedTree;
import dev.lamella.testkit.RandomTrees;
import dev.lamella.testkit.RandomTrees.RandomTree;
import dev.lamella.testkit.TreeDifference;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against erofs-utils: {@code fsck.erofs} takes what is written here, and what {@code mkfs.erofs} writes is read
 * here.
 */
@Tag("system")
@Timeout(120)
class ErofsUtilsTest {

    /** Options that lead to every form of an uncompressed image. */
    private static final List<List<String>> FORMS = List.of(
            List.of(),
            List.of("-b512"),
            List.of("-b1024", "-Llabel"),
            List.of("-Enoinline_data"),
            List.of("-Eforce-inode-extended"),
            List.of("--chunksize=4096"),
            List.of("-b512", "--chunksize=1024", "-Eforce-chunk-indexes"),
            List.of("-x0"),
            List.of("-x1000"),
            List.of("-x1", "-Exattr-name-filter", "--xattr-prefix=security.com", "--xattr-prefix=trusted."),
            // Last, as the times are then others: inodes of 32 bytes where owner and size are small.
            List.of("-T77", "--all-time"));

    private static ErofsUtils tools;

    @TempDir
    Path temporary;

    @BeforeAll
    static void findTools() throws IOException {
        tools = ErofsUtils.ofTestbed();
    }

    private Path image() {
        return temporary.resolve("index.erofs");
    }

    private Path data() {
        return temporary.resolve("data.tar");
    }

    private void write(MemorySegment bytes, RandomTree tree) throws IOException {
        Files.write(image(), bytes.toArray(ValueLayout.JAVA_BYTE));
        Files.write(data(), tree.data().toByteArray());
    }

    @Test
    void fsckTakesTheTreeOut() {
        Fuzz.run(8, random -> {
            RandomTree tree = RandomTrees.next(random, random.nextInt(200));
            write(Trees.write(tree), tree);
            tools.check(image(), data());
            try (Mounted mounted = Mounted.memory(temporary.resolve("extracted"))) {
                List<String> complaints = tools.extract(image(), data(), mounted.target());
                assertThat(ExtractedTree.differences(tree.root(), Trees.facts(tree), mounted.target(), complaints))
                        .isEmpty();
            }
        });
    }

    @Test
    void fsckAcceptsLayerDirectories() {
        Fuzz.run(8, random -> {
            RandomTree tree = RandomTrees.next(random, random.nextInt(200));
            var beside = new LayerDirectoryImage.Beside(
                    Map.of(ByteString.utf8("link"), random.bytes(26)),
                    Map.of(ByteString.utf8("additionallayer"), ByteString.utf8("../x")),
                    List.of(ByteString.utf8("n"), ByteString.utf8("n")));
            var out = new ByteArrayOutputStream();
            LayerDirectoryImage.write(Trees.write(tree), beside, out);
            write(MemorySegment.ofArray(out.toByteArray()), tree);
            tools.check(image(), data());
        });
    }

    @Test
    void whatMkfsWritesIsReadAsTheKernelReadsIt() {
        Fuzz.run(2, random -> {
            RandomTree tree = RandomTrees.next(random, 150);
            write(Trees.write(tree), tree);
            try (Mounted mounted = Mounted.memory(temporary.resolve("source"))) {
                tools.extract(image(), data(), mounted.target());
                SortedMap<String, SortedMap<String, String>> source = MountedTree.facts(mounted.target());
                for (List<String> form : FORMS) {
                    if (form.contains("--all-time")) {
                        source.values().forEach(fields -> fields.replace("mtime", "77.000000000"));
                    }
                    compare(form, mounted.target(), source);
                }
            }
        });
    }

    private void compare(List<String> form, Path directory, SortedMap<String, SortedMap<String, String>> source)
            throws IOException {
        Path made = temporary.resolve("made.erofs");
        Files.deleteIfExists(made);
        tools.make(form, made, directory);
        try (Mounted mounted = Mounted.erofs(made, temporary.resolve("mounted"))) {
            assertThat(TreeDifference.between(source, MountedTree.facts(mounted.target())))
                    .as("shown by the kernel, %s", form)
                    .isEmpty();
        }
        MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(made));
        Directory read = ErofsReader.readTree(bytes, ErofsLimits.DEFAULT);
        assertThat(TreeDifference.between(source, TreeFacts.of(read, Trees.NOTHING, bytes)))
                .as("read, %s", form)
                .isEmpty();
    }
}
