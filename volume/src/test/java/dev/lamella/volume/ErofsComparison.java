package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.erofs.ErofsLimits;
import dev.lamella.erofs.ErofsReader;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.Directory;
import dev.lamella.testkit.ErofsUtils;
import dev.lamella.testkit.ExtractedTree;
import dev.lamella.testkit.Mounted;
import dev.lamella.testkit.MountedTree;
import dev.lamella.testkit.TreeDifference;
import dev.lamella.testkit.TreeFacts;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One layer's index, and the one that {@code mkfs.erofs} makes of the same tar.
 *
 * @param tools the programs of erofs-utils
 * @param directory where the files are
 */
record ErofsComparison(ErofsUtils tools, Path directory) {

    /** The time of the image, which {@code mkfs.erofs} gives the root; files of this time get its small inodes. */
    static final long IMAGE_SECONDS = 1_700_000_000;

    /** As tools that mount layers call it: an index of a tar, with the marks of OCI layers turned into overlayfs's. */
    private static final List<String> OPTIONS = List.of("--tar=i", "--aufs", "-T" + IMAGE_SECONDS, "--mkfs-time");

    private static final LayerLimits LIMITS = LayerLimits.DEFAULT.withFreeSpaceFloor(0);
    private static final String MADE = "mkfs.erofs";

    /** Makes the volume of a tar. */
    static ErofsComparison of(ErofsUtils tools, Path directory, byte[] tar) throws IOException {
        return of(tools, directory, Files.write(directory.resolve("layer.tar"), tar));
    }

    /** Makes the volume of a tar, which is removed, as the volume has it. */
    static ErofsComparison of(ErofsUtils tools, Path directory, Path tar) throws IOException {
        for (String name : List.of(Volume.DATA, Volume.INDEX, Volume.VERITY, MADE)) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Digest digest = digest(tar);
        var source = new LayerSource(digest, Files.size(tar), digest, Optional.empty());
        try (InputStream blob = Files.newInputStream(tar)) {
            LayerBuilder.build(blob, source, directory, LIMITS, BuildListener.NONE);
        }
        Files.delete(tar);
        return new ErofsComparison(tools, directory);
    }

    private static Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] part = new byte[1 << 16];
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                sha256.update(part, 0, count);
            }
        }
        return Digest.ofSha256(sha256.digest());
    }

    private Path index() {
        return directory.resolve(Volume.INDEX);
    }

    private Path data() {
        return directory.resolve(Volume.DATA);
    }

    /**
     * Returns the facts of the layer's tree, and checks that they are what the kernel shows of the index and that
     * {@code fsck.erofs} finds no fault and takes the same tree out.
     */
    SortedMap<String, SortedMap<String, String>> ours() throws IOException {
        tools.check(index(), data());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment image = map(index(), arena);
            Directory root = ErofsReader.readTree(image, ErofsLimits.DEFAULT);
            var facts = TreeFacts.of(root, map(data(), arena), image);
            assertThat(TreeDifference.between(facts, shown(index())))
                    .as("what the kernel shows of the index")
                    .isEmpty();
            try (Mounted memory = Mounted.memory(directory.resolve("extracted"))) {
                List<String> complaints = tools.extract(index(), data(), memory.target());
                assertThat(ExtractedTree.differences(root, facts, memory.target(), complaints))
                        .as("what fsck.erofs takes out of the index")
                        .isEmpty();
            }
            return facts;
        }
    }

    /** Lets {@code mkfs.erofs} try to make its image. */
    ErofsUtils.Result tryMake() throws IOException {
        return tools.tryMake(OPTIONS, directory.resolve(MADE), data());
    }

    /** Returns the facts of the image of {@code mkfs.erofs}, and checks that they are what the kernel shows of it. */
    SortedMap<String, SortedMap<String, String>> theirs() throws IOException {
        Path made = directory.resolve(MADE);
        tools.make(OPTIONS, made, data());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment image = map(made, arena);
            Directory root = ErofsReader.readTree(image, ErofsLimits.DEFAULT);
            var facts = TreeFacts.of(root, map(data(), arena), image);
            assertThat(TreeDifference.between(facts, shown(made)))
                    .as("what the kernel shows of the image of mkfs.erofs")
                    .isEmpty();
            return facts;
        }
    }

    private SortedMap<String, SortedMap<String, String>> shown(Path image) throws IOException {
        try (Mounted mounted = Mounted.erofs(image, data(), directory.resolve("mounted"))) {
            return MountedTree.facts(mounted.target());
        }
    }

    private static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }
}
