package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountPointTest {

    @Test
    void readsEscapesAndAnyNumberOfOptionalFields() throws IOException {
        assertThat(MountPoint.parse("""
                        22 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw
                        36 22 0:31 / /a\\040b\\134c\\303\\244 ro - erofs /proc/self/fd/8 ro,user_xattr
                        """))
                .containsExactly(
                        new MountPoint(22, 1, 254L << 32, "/", "ext4", "/dev/vda", "rw"),
                        new MountPoint(36, 22, 31, "/a b\\cä", "erofs", "/proc/self/fd/8", "ro,user_xattr"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22 1 254:0 / / rw ext4 /dev/vda rw",
                "x 1 0:1 / / rw - ext4 a rw",
                "2 1 01 / / rw - ext4 a rw",
                "2 1 0:1 / / rw - ext4 a",
                "22"
            })
    void namesTheLineThatIsNone(String line) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> MountPoint.parse(line))
                .withMessageContaining(line);
    }

    @Test
    void knowsThisMachinesRoot() throws IOException {
        assertThat(MountPoint.list()).anyMatch(mount -> mount.target().equals("/"));
    }
}
