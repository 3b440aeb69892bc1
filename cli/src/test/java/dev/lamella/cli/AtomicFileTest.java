package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    private Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void replacesWithRights() throws Exception {
        Path file = directory.resolve("file");
        AtomicFile.write(file, bytes("one"), AtomicFile.Rights.of("rwxr-x---"));
        assertThat(file).hasContent("one");
        assertThat(permissions(file)).isEqualTo("rwxr-x---");
        Path other = directory.resolve("other");
        AtomicFile.write(other, bytes("two"), AtomicFile.Rights.as(file));
        assertThat(permissions(other)).isEqualTo("rwxr-x---");
        AtomicFile.write(file, bytes("three"), AtomicFile.Rights.of("r--------"));
        assertThat(file).hasContent("three");
        assertThat(permissions(file)).isEqualTo("r--------");
    }

    @Test
    void aFailureLeavesTheFormerFileAndNothingElse() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "former");
        assertThatThrownBy(() -> AtomicFile.write(file, bytes("new"), temporary -> {
                    assertThat(Files.size(temporary))
                            .as("content before rights")
                            .isZero();
                    throw new IOException("no rights");
                }))
                .hasMessage("no rights");
        assertThat(file).hasContent("former");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }
}
