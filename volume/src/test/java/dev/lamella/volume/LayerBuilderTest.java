package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.erofs.ErofsLimits;
import dev.lamella.erofs.ErofsReader;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.Directory;
import dev.lamella.filetree.Extent;
import dev.lamella.filetree.RegularFile;
import dev.lamella.filetree.SpecialFile;
import dev.lamella.testkit.Fuzz;
import dev.lamella.testkit.RandomLayers;
import dev.lamella.testkit.SparseFile;
import dev.lamella.testkit.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, with real indexes. {@code LayerBuildTest} has the faults. */
class LayerBuilderTest {

    private static final LayerLimits LIMITS = LayerLimits.DEFAULT.withFreeSpaceFloor(0);

    @TempDir
    Path directory;

    private VolumeDescriptor build(byte[] tar) throws IOException {
        byte[] blob = Blobs.gzip(tar);
        return LayerBuilder.build(
                        new ByteArrayInputStream(blob),
                        Blobs.sourceOf(blob, tar),
                        directory,
                        LIMITS,
                        BuildListener.NONE)
                .descriptor();
    }

    @Test
    void indexLeadsToTheBytesInTheTar() throws IOException {
        byte[] tar = Blobs.tar();
        VolumeDescriptor descriptor = build(tar);
        byte[] index = Files.readAllBytes(directory.resolve("index.erofs"));
        assertThat(Digest.sha256Of(index)).isEqualTo(descriptor.indexSha256());
        Directory root = ErofsReader.readTree(MemorySegment.ofArray(index), ErofsLimits.DEFAULT);
        Directory usr = (Directory) root.get(ByteString.utf8("usr")).orElseThrow();
        RegularFile small = (RegularFile) usr.get(ByteString.utf8("small")).orElseThrow();
        assertThat(usr.get(ByteString.utf8("other")).orElseThrow()).isSameAs(small);
        Extent extent = small.extents().getFirst();
        assertThat(extent.source()).isEqualTo(Extent.Source.DATA);
        assertThat(new String(tar, (int) extent.sourceOffset(), 5, StandardCharsets.US_ASCII))
                .isEqualTo("hello");
        Directory etc = (Directory) root.get(ByteString.utf8("etc")).orElseThrow();
        assertThat(etc.get(ByteString.utf8("motd")).orElseThrow())
                .isInstanceOfSatisfying(
                        SpecialFile.class, file -> assertThat(file.isWhiteout()).isTrue());
    }

    @Test
    void unalignedPartsOfSparseFilesAreInTheIndex() throws IOException {
        byte[] part = "unaligned".repeat(200).getBytes(StandardCharsets.US_ASCII);
        byte[] tar = new TarBytes()
                .add(new SparseFile("sparse", 100_000).part(512, part).part(50_000, part), SparseFile.Format.OLD_GNU)
                .end();
        build(tar);
        byte[] index = Files.readAllBytes(directory.resolve("index.erofs"));
        assertThat(new String(index, StandardCharsets.ISO_8859_1)).contains("unaligned".repeat(10));
        assertThat(directory.resolve("stored.tmp")).doesNotExist();
    }

    @Test
    void builtVolumeVerifies() throws IOException {
        byte[] tar = new TarBytes().directory("usr/").file("usr/small", "hello").end();
        SigningKey key = SigningKey.generate();
        SignedDescriptor.write(directory, build(tar), key);
        var verifier = new VolumeVerifier(TrustedKeys.of(key), LIMITS);
        assertThat(verifier.verify(directory, Digest.sha256Of(tar), VolumeVerifier.Depth.FULL))
                .isEmpty();
        Path index = directory.resolve("index.erofs");
        byte[] good = Files.readAllBytes(index);
        for (int at = 0; at < good.length; at += at < 2048 ? 1 : 97) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(index, bad);
            List<Finding> findings = verifier.verify(directory, Digest.sha256Of(tar), VolumeVerifier.Depth.FULL);
            assertThat(findings).as("byte %d", at).hasSize(1);
            assertThat(findings.getFirst().offsetBytes()).isEqualTo(at);
        }
    }

    @Test
    void sameTarGivesTheSameFiles() throws IOException {
        VolumeDescriptor first = build(Blobs.tar());
        byte[] index = Files.readAllBytes(directory.resolve("index.erofs"));
        for (String name : List.of("data.tar", "index.erofs", "data.verity")) {
            Files.delete(directory.resolve(name));
        }
        VolumeDescriptor second = build(Blobs.tar());
        assertThat(second.describesSameFiles(first)).isTrue();
        assertThat(directory.resolve("index.erofs")).hasBinaryContent(index);
    }

    @Test
    void sameLayerGivesTheSameIndex() {
        Fuzz.run(12, random -> {
            byte[] tar = RandomLayers.next(random, random.nextInt(200)).tar().toByteArray();
            Digest index = build(tar, "first").indexSha256();
            assertThat(build(tar, "second").indexSha256()).isEqualTo(index);
        });
    }

    private VolumeDescriptor build(byte[] tar, String name) throws IOException {
        Path place = Files.createDirectories(directory.resolve(name));
        VolumeDescriptor descriptor = LayerBuilder.build(
                        new ByteArrayInputStream(tar), Blobs.sourceOf(tar, tar), place, LIMITS, BuildListener.NONE)
                .descriptor();
        for (String file : List.of("data.tar", "index.erofs", "data.verity")) {
            Files.delete(place.resolve(file));
        }
        return descriptor;
    }
}
