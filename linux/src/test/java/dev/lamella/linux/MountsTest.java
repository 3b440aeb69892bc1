package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("system")
class MountsTest {

    @TempDir
    Path directory;

    @Test
    void mountsAndUnmounts() throws IOException {
        Mounts.mount("lamella-test", directory, "tmpfs", Set.of(Mounts.Flag.NO_SUID), "size=1m");
        try {
            assertThat(FileSystem.of(directory).name()).isEqualTo("tmpfs");
            assertThat(MountPoint.list())
                    .anyMatch(mount -> mount.target().equals(directory.toString())
                            && mount.type().equals("tmpfs")
                            && mount.source().equals("lamella-test"));
        } finally {
            Mounts.unmount(directory);
        }
        assertThat(MountPoint.list()).noneMatch(mount -> mount.target().equals(directory.toString()));
    }

    @Test
    void saysWhyNot() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Mounts.mount("none", directory, "nosuchfs", Set.of(), ""))
                .withMessageContainingAll("mount", "nosuchfs", "ENODEV");
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Mounts.unmount(directory))
                .withMessageContaining("EINVAL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mounts.mount("none", directory, "tmpfs", Set.of(), "x".repeat(5000)))
                .withMessageContaining("5000 bytes");
    }

    @Test
    void attachesALoopDeviceThatGoesByItself() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[8192]);
        Path device;
        try (LoopDevice loop = LoopDevice.attachReadOnly(file)) {
            device = loop.path();
            assertThat(Files.readString(backingFile(device)).strip()).isEqualTo(file.toString());
        }
        assertThat(backingFile(device)).doesNotExist();
    }

    private static Path backingFile(Path device) {
        return Path.of("/sys/block/" + device.getFileName() + "/loop/backing_file");
    }
}
