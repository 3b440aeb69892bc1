package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.testkit.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MerkleTreeTest {

    @TempDir
    Path directory;

    /** As {@code fsverity digest} of fsverity-utils 1.5 prints them, for files of so many letters a. */
    @ParameterizedTest
    @CsvSource({
        "0,3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95",
        "1,bce75948b9e7510293f8f2720412af9697c1479281323f3f220623fb8e94b557",
        "4096,a2a808ddaced77f0b6b3068f47b14b5a1fb3fc43674993ab11b8e7e6f2d089e2",
        "4097,18b155c0b6e054f3f7d22488ed15340e74dc161ce2d123e13eb685c3ce565f70",
        "524288,35ce0df2a57eb54aeba7969570bac9dfadfac295ec181a03f13ac7a7da54909e",
        "524289,cc4f297494cf9e0b6f159db6d30a62d3fcc219fc9c0cbc2d8792bd264da4d9cb",
        "1000000,50049eeefec9385017816e55c0783638f225a3938338cbd673ce9ee8bc977100",
    })
    void digestIsThatOfTheFsverityTool(int sizeBytes, String expected) {
        byte[] content = "a".repeat(sizeBytes).getBytes(StandardCharsets.US_ASCII);
        assertThat(MerkleTreeBuilder.digestOf(content).hex()).isEqualTo(expected);
    }

    @Test
    void digestDoesNotDependOnHowTheDataIsCut() {
        Fuzz.run(50, random -> {
            byte[] content = random.bytes(random.nextInt(700_000));
            var builder = new MerkleTreeBuilder(new ByteArrayOutputStream());
            for (int at = 0; at < content.length; ) {
                int length = Math.min(content.length - at, 1 + random.nextInt(20_000));
                builder.update(content, at, length);
                at += length;
            }
            assertThat(builder.finish().digest()).isEqualTo(MerkleTreeBuilder.digestOf(content));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4095, 4096, 4097, 128 * 4096, 128 * 4096 + 1, 130 * 128 * 4096 + 77})
    void everyBlockVerifies(int sizeBytes) throws IOException {
        byte[] content = content(sizeBytes);
        try (MerkleTree tree = MerkleTree.open(write(content), data(content))) {
            tree.verifyTree();
            long step = Math.max(1, tree.blockCount() / 300);
            for (long block = 0; block < tree.blockCount(); block += step) {
                byte[] bytes = block(content, block);
                assertThat(tree.verifyBlock(block, bytes)).isTrue();
                bytes[bytes.length / 2] ^= 4;
                assertThat(tree.verifyBlock(block, bytes)).isFalse();
            }
        }
    }

    @Test
    void damagedTreeIsNamedWithTheOffset() throws IOException {
        byte[] content = content(3 * 128 * 4096);
        Path file = write(content);
        byte[] good = Files.readAllBytes(file);
        assertThat(good).hasSize(4 * 4096);
        for (int at : new int[] {0, 95, 96, 4095, 4096, 5000, 8191, 8192, 16383}) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            try (MerkleTree tree = MerkleTree.open(file, data(content))) {
                assertThatExceptionOfType(CorruptVolumeException.class)
                        .isThrownBy(tree::verifyTree)
                        .satisfies(e -> assertThat(e.offsetBytes()).isEqualTo(at - at % 4096));
            }
        }
    }

    @Test
    void verifyBlockBlamesTheTreeAndNotTheData() throws IOException {
        byte[] content = content(3 * 128 * 4096);
        Path file = write(content);
        byte[] bad = Files.readAllBytes(file);
        bad[4096 + 32] ^= 1; // the hash of block 1, in the first leaf block
        Files.write(file, bad);
        try (MerkleTree tree = MerkleTree.open(file, data(content))) {
            assertThatExceptionOfType(CorruptVolumeException.class)
                    .isThrownBy(() -> tree.verifyBlock(1, block(content, 1)))
                    .satisfies(e -> assertThat(e.offsetBytes()).isEqualTo(4096));
            assertThatExceptionOfType(CorruptVolumeException.class)
                    .isThrownBy(() -> tree.verifyBlock(0, block(content, 0)));
            assertThat(tree.verifyBlock(128, block(content, 128))).isTrue();
        }
    }

    @Test
    void treeOfAnotherSizeIsRefused() throws IOException {
        byte[] content = content(5000);
        Path file = write(content);
        Files.write(file, new byte[4095]);
        assertThatThrownBy(() -> MerkleTree.open(file, data(content)))
                .isInstanceOf(CorruptVolumeException.class)
                .hasMessageContaining("4095 bytes, expected a Merkle tree of 4096");
    }

    private Path write(byte[] content) throws IOException {
        var leaves = new ByteArrayOutputStream();
        var builder = new MerkleTreeBuilder(leaves);
        builder.update(content, 0, content.length);
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(builder.finish().upperLevels().toByteArray());
        leaves.writeTo(whole);
        Path file = directory.resolve("data.verity");
        Files.write(file, whole.toByteArray());
        return file;
    }

    private static VolumeDescriptor.Data data(byte[] content) {
        return new VolumeDescriptor.Data(content.length, MerkleTreeBuilder.digestOf(content));
    }

    private static byte[] content(int sizeBytes) {
        byte[] content = new byte[sizeBytes];
        for (int i = 0; i < sizeBytes; i++) {
            content[i] = (byte) (i ^ (i >> 12));
        }
        return content;
    }

    private static byte[] block(byte[] content, long block) {
        int from = (int) block * 4096;
        return Arrays.copyOfRange(content, from, Math.min(content.length, from + 4096));
    }
}
