package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStatusTest {

    @TempDir
    Path directory;

    @Test
    void saysWhatTheFileIs() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "12345");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000_000L, 123_456_789)));
        Files.createLink(directory.resolve("other"), file);

        FileStatus status = FileStatus.of(file);

        assertThat(status.mode()).isEqualTo(0100640);
        assertThat(status.sizeBytes()).isEqualTo(5);
        assertThat(status.links()).isEqualTo(2);
        assertThat(status.mtimeSeconds()).isEqualTo(1_000_000_000L);
        assertThat(status.mtimeNanos()).isEqualTo(123_456_789);
        assertThat(status.inode()).isEqualTo((Long) Files.getAttribute(file, "unix:ino"));
        assertThat(status.uid()).isEqualTo(((Integer) Files.getAttribute(file, "unix:uid")).longValue());
    }

    @Test
    void knowsDeviceNumbers() throws LinuxException {
        FileStatus status = FileStatus.of(Path.of("/dev/zero"));
        assertThat(status.deviceMajor()).isEqualTo(1);
        assertThat(status.deviceMinor()).isEqualTo(5);
    }

    @Test
    void listsEveryName() throws IOException {
        for (int i = 0; i < 2000; i++) {
            Files.createFile(directory.resolve("name-" + i));
        }
        try (OpenFile listed = OpenFile.forReading(directory)) {
            assertThat(listed.directoryEntries())
                    .hasSize(2000)
                    .extracting(name -> new String(name, StandardCharsets.UTF_8))
                    .doesNotHaveDuplicates()
                    .contains("name-0", "name-1999");
        }
    }

    @Test
    void namesTheCallThePathAndTheError() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> FileStatus.of(directory.resolve("missing")))
                .withMessageContainingAll("statx", "missing", "ENOENT")
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    @Test
    void readsLinksWithoutFollowing() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere/at all"));
        byte[] path = link.toString().getBytes(StandardCharsets.UTF_8);
        assertThat(new String(FileStatus.readLink(path), StandardCharsets.UTF_8))
                .isEqualTo("nowhere/at all");
        assertThat(FileStatus.of(path).mode() & 0170000).isEqualTo(0120000);
    }
}
