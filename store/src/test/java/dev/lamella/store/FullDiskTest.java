package dev.lamella.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lamella.filetree.ByteString;
import dev.lamella.volume.DiskFullException;
import dev.lamella.volume.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store on a file system of four megabytes. */
@Tag("system")
@Timeout(60)
class FullDiskTest {

    @TempDir
    Path mountPoint;

    @BeforeEach
    void mount() throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=4m", "lamella-test", mountPoint.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", mountPoint.toString());
    }

    @Test
    void fullDiskIsAClearErrorAndLeavesNothing() throws IOException {
        DirectoryStore store = PublisherProcess.open(mountPoint.resolve("store"), SigningKey.generate());
        byte[] data = TestVolumes.data(1, 1000);
        TestVolumes.publish(store, data);
        Path ballast = mountPoint.resolve("ballast");
        Files.write(ballast, new byte[2 << 20]);
        ImageRecord small = TestVolumes.image("x", List.of(TestVolumes.diffId(data)));
        var large = new ImageRecord(
                small.manifestDigest(),
                small.manifestMediaType(),
                small.manifest(),
                ByteString.of(new byte[3 << 20]),
                small.index(),
                small.layers(),
                small.platform(),
                small.created(),
                small.published());
        assertThatExceptionOfType(DiskFullException.class)
                .isThrownBy(() -> store.publishImage(large, "x"))
                .satisfies(e -> {
                    assertThat(e.path().toString()).endsWith("config");
                    assertThat(e.neededBytes()).isPositive();
                    assertThat(e.freeBytes()).isLessThan(3 << 20);
                });
        assertThat(store.images()).isEmpty();
        assertThat(mountPoint.resolve("store/tmp")).isEmptyDirectory();
        Files.delete(ballast);
        assertThat(store.publishImage(large, "x")).isEqualTo(large);
        assertThat(store.image("x")).contains(large);
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("this test needs root: %s: %s", String.join(" ", command), output)
                .isZero();
    }
}
