package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PosixLockTest {

    @TempDir
    Path directory;

    @Test
    void replacesTheContentOfTheLockedFile() throws IOException {
        Path file = Files.writeString(directory.resolve("lock"), "a longer old content");
        try (PosixLock lock = PosixLock.exclusive(file, 0644, Duration.ofSeconds(1))) {
            lock.file().replaceContent("new".getBytes(StandardCharsets.UTF_8));
            byte[] content = new byte[10];
            assertThat(lock.file().read(content, 0)).isEqualTo(3);
        }
        assertThat(file).hasContent("new");
    }

    @Test
    void aSecondThreadWaitsInVain() throws Exception {
        Path file = directory.resolve("lock");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                PosixLock _ = PosixLock.exclusive(file, 0644, Duration.ofSeconds(1))) {
            var second = threads.submit(() -> PosixLock.exclusive(file, 0644, Duration.ofMillis(20)));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> second.get(10, TimeUnit.SECONDS))
                    .withCauseInstanceOf(LockTimeoutException.class);
        }
    }

    /** Holds a lock in a process of its own until its input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (PosixLock _ = PosixLock.exclusive(Path.of(arguments[0]), 0644, Duration.ofSeconds(10))) {
                System.out.println("locked");
                System.in.readAllBytes();
            }
        }
    }

    @Test
    @Tag("integration")
    @Timeout(60)
    void anotherProcessHoldsItUntilItDies() throws Exception {
        Path file = directory.resolve("lock");
        Process holder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("locked");
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> PosixLock.exclusive(file, 0644, Duration.ofMillis(100)))
                    .withMessageContaining(file.toString());
        } finally {
            holder.destroyForcibly().waitFor();
        }
        PosixLock.exclusive(file, 0644, Duration.ofSeconds(5)).close();
    }
}
