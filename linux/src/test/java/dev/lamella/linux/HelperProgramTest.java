package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
@Timeout(60)
class HelperProgramTest {

    @TempDir
    Path directory;

    @Test
    void theDescriptorHandedBackIsTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "x");
        // sendmsg of one byte with SCM_RIGHTS, numbers of x86-64 and AArch64 alike but for the system call's.
        String script = "open(F, '<', $ARGV[0]) or exit 9; my $d = 'x';"
                + "my $iov = pack('PQ', $d, 1); my $control = pack('QiiI x4', 20, 1, 1, fileno(F));"
                + "my $message = pack('Q L x4 P Q P Q L x4', 0, 0, $iov, 1, $control, 24, 0);"
                + "my $number = `uname -m` =~ /aarch64/ ? 211 : 46;"
                + "exit(syscall($number, $ENV{SOCKET} + 0, $message, 0) == 1 ? 0 : 8)";
        HelperProgram.Result result = HelperProgram.run(List.of("perl", "-e", script, file.toString()), "SOCKET");
        assertThat(result.exitStatus()).isZero();
        try (Descriptor descriptor = result.descriptor().orElseThrow();
                Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(2);
            assertThat(descriptor.read(target)).isEqualTo(1);
            assertThat(target.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 'x');
        }
    }

    @Test
    void aHelperThatHandsNothingBack() throws Exception {
        assertThat(HelperProgram.run(List.of("true"), "SOCKET"))
                .isEqualTo(new HelperProgram.Result(0, Optional.empty()));
        HelperProgram.Result failed = HelperProgram.run(List.of("sh", "-c", "exit 3"), "SOCKET");
        assertThat(failed.exitStatus()).isEqualTo(3 << 8);
        assertThat(failed.descriptor()).isEmpty();
    }

    @Test
    void aHelperThatIsNotThere() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> HelperProgram.run(List.of("lamella-no-such-program"), "SOCKET"))
                .matches(e -> e.errno() == Errno.ENOENT);
    }
}
