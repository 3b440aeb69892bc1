package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
@Timeout(60)
class BackgroundProgramTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    /** Starts a shell with a file as its descriptor 3 and what it writes in another. */
    private BackgroundProgram start(String script, Descriptor third) throws IOException {
        Path output = Files.writeString(directory.resolve("output"), "");
        try (Descriptor nothing = Descriptor.device(Path.of("/dev/null"));
                Descriptor out = Descriptor.device(output)) {
            return BackgroundProgram.start(
                    List.of("/bin/sh", "-c", script),
                    Map.of("PATH", "/usr/bin:/bin", "TOKEN", "4711"),
                    List.of(nothing, out, nothing, third));
        }
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }

    @Test
    void hasItsDescriptorsItsVariablesAndItsSessionAndNoOthers() throws Exception {
        Path file = Files.writeString(directory.resolve("third"), "third");
        try (Descriptor third = Descriptor.device(file);
                ServerSocket _ = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String script = "cat <&3; echo; echo \"$TOKEN\"; ls /proc/$$/fd; read -r stat </proc/$$/stat; echo $stat";
            BackgroundProgram program = start(script, third);
            assertThat(program.ended().get(10, TimeUnit.SECONDS)).isZero();
            assertThat(program.process().hasEnded()).isTrue();
            program.process().close();
            List<String> lines = output().lines().toList();
            assertThat(lines.subList(0, 6)).containsExactly("third", "4711", "0", "1", "2", "3");
            long pid = program.process().pid();
            // pid, name, state, parent, group, session
            assertThat(lines.getLast()).startsWith(pid + " (sh) ").contains(" %d %d %d ".formatted(ownPid(), pid, pid));
        }
    }

    private static long ownPid() {
        return ProcessHandle.current().pid();
    }

    @Test
    void itsDescriptorsCanBeTakenAndItIsEndedByItsOwn() throws Exception {
        Path file = Files.writeString(directory.resolve("third"), "third");
        BackgroundProgram program;
        try (Descriptor third = Descriptor.device(file)) {
            program = start("read -r line <&3; exec sleep 100", third);
        }
        long pid = program.process().pid();
        try (ProcessDescriptor process = ProcessDescriptor.open(pid).orElseThrow();
                Arena arena = Arena.ofConfined()) {
            assertThat(process.environment()).contains("TOKEN=4711").doesNotContain("HOME=" + System.getenv("HOME"));
            assertThat(process.awaitEnd(Duration.ofMillis(50))).isFalse();
            try (Descriptor taken = process.takeDescriptor(3)) {
                byte[] text = "THIRD".getBytes(StandardCharsets.UTF_8);
                assertThat(taken.write(arena.allocateFrom(ValueLayout.JAVA_BYTE, text)))
                        .isEqualTo(text.length);
                assertThat(FileStatus.of(taken).inode())
                        .isEqualTo(FileStatus.of(file).inode());
            }
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> process.takeDescriptor(4).close())
                    .matches(e -> e.errno() == Errno.EBADF);
            process.signal(ProcessDescriptor.SIGKILL);
            assertThat(process.awaitEnd(SOON)).isTrue();
            assertThat(program.ended().get(10, TimeUnit.SECONDS)).isEqualTo(ProcessDescriptor.SIGKILL);
            process.signal(ProcessDescriptor.SIGKILL);
            assertThat(process.environment()).isEmpty();
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> process.takeDescriptor(3).close())
                    .matches(e -> e.errno() == Errno.ESRCH);
        }
        program.process().close();
        assertThat(ProcessDescriptor.open(0)).isEmpty();
        assertThat(ProcessDescriptor.open(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void itsVariablesAreThereWhileItBecomesAnother() throws Exception {
        Path script = Files.writeString(directory.resolve("again"), "exec /bin/sh \"$0\"");
        BackgroundProgram program;
        try (Descriptor third = Descriptor.device(script)) {
            program = start("exec /bin/sh " + script, third);
        }
        try (ProcessDescriptor process = program.process()) {
            for (int look = 0; look < 2_000; look++) {
                assertThat(process.environment()).contains("TOKEN=4711");
            }
            process.signal(ProcessDescriptor.SIGKILL);
            assertThat(process.awaitEnd(SOON)).isTrue();
        }
    }

    @Test
    void aProgramThatIsNotThere() throws IOException {
        try (Descriptor nothing = Descriptor.device(Path.of("/dev/null"))) {
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> BackgroundProgram.start(
                            List.of("lamella-no-such-program"), Map.of(), List.of(nothing, nothing, nothing)))
                    .matches(e -> e.errno() == Errno.ENOENT);
        }
    }

    @Test
    void aPipeEndsWithItsWriter() throws IOException {
        try (Descriptor.Pipe pipe = Descriptor.pipe("a pipe")) {
            assertThat(pipe.reading().poll(Descriptor.POLLIN, 0)).isZero();
            pipe.writing().close();
            assertThat(pipe.reading().poll(Descriptor.POLLIN, 1_000)).isNotZero();
        }
    }
}
