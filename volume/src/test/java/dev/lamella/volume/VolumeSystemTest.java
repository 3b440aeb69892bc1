package dev.lamella.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.testkit.SeededRandom;
import dev.lamella.testkit.TarBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's {@code fsverity} and OpenSSL, and on a disk that is full. */
@Tag("system")
@Timeout(120)
class VolumeSystemTest {

    @TempDir
    Path directory;

    @Test
    void treeAndDigestAreThoseOfTheFsverityTool() throws Exception {
        var random = new SeededRandom(1);
        for (int sizeBytes : new int[] {0, 1, 4095, 4096, 4097, 524_288, 524_289, 70_000_000}) {
            byte[] content = random.bytes(sizeBytes);
            Path file = directory.resolve("content");
            Path treeFile = directory.resolve("tree");
            Files.write(file, content);
            Files.deleteIfExists(treeFile);
            String output = run(
                    "fsverity",
                    "digest",
                    "--hash-alg=sha256",
                    "--block-size=4096",
                    "--out-merkle-tree=" + treeFile,
                    file.toString());
            var leaves = new ByteArrayOutputStream();
            var builder = new MerkleTreeBuilder(leaves);
            builder.update(content, 0, content.length);
            MerkleTreeBuilder.Finished finished = builder.finish();
            assertThat(output)
                    .as("%d bytes", sizeBytes)
                    .startsWith(finished.digest().toString());
            var tree = new ByteArrayOutputStream();
            tree.writeBytes(finished.upperLevels().toByteArray());
            leaves.writeTo(tree);
            assertThat(Files.readAllBytes(treeFile)).as("%d bytes", sizeBytes).isEqualTo(tree.toByteArray());
        }
    }

    @Test
    void keysOfOpenSslAreRead() throws Exception {
        Path file = directory.resolve("key.pem");
        run("openssl", "genpkey", "-algorithm", "ed25519", "-out", file.toString());
        run("chmod", "600", file.toString());
        SigningKey.loadOrCreate(file);
        String publicHalf = run("openssl", "pkey", "-in", file.toString(), "-pubout");
        assertThat(Files.readString(SigningKey.publicHalf(file))).isEqualTo(publicHalf);
    }

    @Test
    void fullDiskIsAClearErrorAndLeavesNothing() throws Exception {
        byte[] tar =
                new TarBytes().file("large", new SeededRandom(1).bytes(6 << 20)).end();
        run("mount", "-t", "tmpfs", "-o", "size=2m", "lamella-test", directory.toString());
        try {
            var build = new LayerBuild(
                    Blobs.sourceOf(tar, tar),
                    directory,
                    LayerLimits.DEFAULT.withFreeSpaceFloor(0),
                    BuildListener.NONE,
                    Blobs::writeTextIndex);
            assertThatExceptionOfType(DiskFullException.class)
                    .isThrownBy(() -> build.run(new ByteArrayInputStream(tar), Instant.EPOCH))
                    .withMessageContaining("data.tar: no space left");
            assertThat(directory).isEmptyDirectory();
        } finally {
            run("umount", directory.toString());
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("needs root and Debian's fsverity and openssl: %s: %s", String.join(" ", command), output)
                .isZero();
        return output;
    }
}
