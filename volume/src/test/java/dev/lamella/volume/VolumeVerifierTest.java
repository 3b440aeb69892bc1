package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeVerifierTest {

    private static final SigningKey KEY = SigningKey.generate();
    private static final byte[] TAR = Blobs.tar();
    private static final Digest DIFF_ID = Digest.sha256Of(TAR);
    private static final LayerLimits LIMITS = LayerLimits.DEFAULT.withFreeSpaceFloor(0);

    private final VolumeVerifier verifier = new VolumeVerifier(TrustedKeys.of(KEY), LIMITS, Blobs::writeTextIndex);

    @TempDir
    Path directory;

    @BeforeEach
    void buildVolume() throws IOException {
        byte[] blob = Blobs.gzip(TAR);
        VolumeDescriptor descriptor = new LayerBuild(
                        Blobs.sourceOf(blob, TAR), directory, LIMITS, BuildListener.NONE, Blobs::writeTextIndex)
                .run(new ByteArrayInputStream(blob), Instant.parse("2026-01-31T12:00:00Z"));
        SignedDescriptor.write(directory, descriptor, KEY);
    }

    private List<Finding> verify(VolumeVerifier.Depth depth) throws IOException {
        return verifier.verify(directory, DIFF_ID, depth);
    }

    @Test
    void soundVolumeHasNoFindings() throws IOException {
        assertThat(verify(VolumeVerifier.Depth.QUICK)).isEmpty();
        assertThat(verify(VolumeVerifier.Depth.FULL)).isEmpty();
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        for (String name : List.of("data.tar", "data.verity", "index.erofs", "volume.json", "volume.json.sig")) {
            Path file = directory.resolve(name);
            byte[] good = Files.readAllBytes(file);
            for (int at : positions(good.length)) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << (at % 8));
                replace(file, bad);
                List<Finding> findings = verify(VolumeVerifier.Depth.FULL);
                assertThat(findings).as("%s, byte %d", name, at).isNotEmpty();
                if (name.startsWith("volume.json")) {
                    assertThat(findings.get(0).file()).isEqualTo(directory.resolve("volume.json"));
                } else {
                    assertThat(findings).as("%s, byte %d", name, at).hasSize(1);
                    assertThat(findings.get(0).file()).isEqualTo(file);
                    long unit = name.equals("index.erofs") ? 1 : 4096;
                    assertThat(findings.get(0).offsetBytes()).isEqualTo(at / unit * unit);
                }
                if (name.equals("index.erofs")) {
                    assertThat(verify(VolumeVerifier.Depth.QUICK))
                            .as("quick, byte %d", at)
                            .hasSize(1);
                }
            }
            replace(file, good);
        }
        assertThat(verify(VolumeVerifier.Depth.FULL)).isEmpty();
    }

    /** Some 40 positions, the first and last bytes of everything and of blocks among them. */
    private static Set<Integer> positions(int length) {
        var positions = new TreeSet<Integer>(List.of(0, 1, length / 2, length - 2, length - 1));
        for (int i = 0; i < 30; i++) {
            positions.add((int) ((long) length * i / 30));
        }
        for (int edge : new int[] {511, 512, 4095, 4096, 8191, 8192}) {
            if (edge < length) {
                positions.add(edge);
            }
        }
        return positions;
    }

    @Test
    void wrongSizesMissingFilesAndStrangersAreNamed() throws IOException {
        replace(directory.resolve("data.tar"), new byte[10]);
        Files.delete(directory.resolve("data.verity"));
        Files.writeString(directory.resolve("notes"), "");
        assertThat(verify(VolumeVerifier.Depth.QUICK).stream().map(Finding::toString))
                .containsExactlyInAnyOrder(
                        directory.resolve("notes") + ": does not belong into a volume",
                        directory.resolve("data.tar") + " at offset 10: 10 bytes, expected " + TAR.length,
                        directory.resolve("data.verity") + ": missing");
        Files.delete(directory.resolve("volume.json"));
        assertThat(verify(VolumeVerifier.Depth.FULL))
                .singleElement()
                .asString()
                .endsWith("volume.json: missing: this is not a volume");
    }

    @Test
    void anotherDiffIdIsNotThisVolume() throws IOException {
        Digest other = Digest.sha256Of(new byte[0]);
        assertThat(verifier.verify(directory, other, VolumeVerifier.Depth.QUICK))
                .singleElement()
                .asString()
                .contains("the volume's DiffID is " + DIFF_ID);
    }

    @Test
    void signedIndexOfOtherContentIsFoundOut() throws IOException {
        Path file = directory.resolve("index.erofs");
        byte[] index = Files.readAllBytes(file);
        index[20] ^= 1;
        replace(file, index);
        VolumeDescriptor honest = SignedDescriptor.read(directory, TrustedKeys.of(KEY));
        var lying = new VolumeDescriptor(
                honest.diffId(),
                honest.data(),
                new VolumeDescriptor.Index(index.length, Digest.sha256Of(index), MerkleTreeBuilder.digestOf(index)),
                honest.blob(),
                honest.counts(),
                honest.created(),
                "evil/1");
        Files.delete(directory.resolve("volume.json"));
        Files.delete(directory.resolve("volume.json.sig"));
        SignedDescriptor.write(directory, lying, KEY);
        assertThat(verify(VolumeVerifier.Depth.QUICK)).isEmpty();
        assertThat(verify(VolumeVerifier.Depth.FULL))
                .singleElement()
                .asString()
                .contains("at offset 20: not the index that lamella/0.1.0 derives", "made by evil/1");
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        Files.write(file, content);
    }
}
