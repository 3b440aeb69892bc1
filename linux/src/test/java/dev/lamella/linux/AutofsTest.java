package dev.lamella.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real mounts, walked into by processes of a group of their own. */
@Tag("system")
@Timeout(60)
class AutofsTest {

    private static final int STACKED_MAX = 8;

    private final Path place;
    private final Path file;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger asked = new AtomicInteger();

    AutofsTest(@TempDir Path directory) throws IOException {
        place = Files.createDirectory(directory.resolve("place"));
        file = place.resolve("file");
    }

    @AfterEach
    void unmount() throws IOException {
        for (int i = 0; i < STACKED_MAX && isMounted(); i++) {
            Mounts.detach(place);
        }
        threads.shutdownNow();
    }

    private boolean isMounted() throws IOException {
        return MountPoint.list().stream().anyMatch(mount -> mount.target().equals(place.toString()));
    }

    /** Answers every request, by a tmpfs with one file or by saying no. */
    private void serve(Autofs autofs, boolean mounts) {
        Future<?> _ = threads.submit(() -> {
            Optional<Autofs.Request> request = autofs.await();
            while (request.isPresent()) {
                asked.incrementAndGet();
                if (mounts) {
                    mountFile("mounted");
                }
                autofs.answer(place, request.get(), mounts);
                request = autofs.await();
            }
            return "ended";
        });
    }

    private void mountFile(String content) throws IOException {
        Mounts.mount("test", place, "tmpfs", Set.of(), "size=64k");
        Files.writeString(file, content);
    }

    /** Reads the file as another process group. */
    private String read() throws Exception {
        return run("cat", file.toString());
    }

    private static String run(String... command) throws Exception {
        var words = new ArrayList<>(List.of("setsid", "-w"));
        words.addAll(List.of(command));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    @Test
    void whoWalksInWaitsUntilSomethingIsMounted() throws Exception {
        try (Autofs autofs = Autofs.open("test")) {
            long device = autofs.place(place, false);
            serve(autofs, true);
            assertThat(FileStatus.of(place).fileSystem()).isEqualTo(device);
            assertThat(MountPoint.list())
                    .anyMatch(mount -> mount.target().equals(place.toString())
                            && mount.type().equals(Autofs.TYPE)
                            && mount.source().equals("test")
                            && mount.device() == device);
            assertThat(run("stat", "-c", "%F", place.toString())).isEqualTo("directory");
            assertThat(asked).as("requests, of a stat alone").hasValue(0);
            assertThat(read()).isEqualTo("mounted");
            assertThat(read()).isEqualTo("mounted");
            assertThat(asked).hasValue(1);
            Mounts.unmount(place);
            assertThat(read()).isEqualTo("mounted");
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void manyWalkInAtOnce() throws Exception {
        try (Autofs autofs = Autofs.open("test")) {
            autofs.place(place, false);
            serve(autofs, true);
            List<Future<String>> readers =
                    List.of(threads.submit(this::read), threads.submit(this::read), threads.submit(this::read));
            for (Future<String> reader : readers) {
                assertThat(reader.get()).isEqualTo("mounted");
            }
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void thisProcessDoesNotWaitForItself() throws Exception {
        try (Autofs autofs = Autofs.open("test")) {
            autofs.place(place, false);
            serve(autofs, true);
            assertThat(place).isEmptyDirectory();
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void goesBeneathWhatIsMounted() throws Exception {
        try (Autofs autofs = Autofs.open("test")) {
            mountFile("first");
            autofs.place(place, true);
            serve(autofs, true);
            assertThat(read()).isEqualTo("first");
            assertThat(asked).hasValue(0);
            Mounts.unmount(place);
            assertThat(read()).isEqualTo("mounted");
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void whatCannotBeMountedDoesNotExist() throws Exception {
        try (Autofs autofs = Autofs.open("test")) {
            autofs.place(place, false);
            serve(autofs, false);
            assertThat(read()).endsWith("No such file or directory");
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void anotherTakesOverWhatOneLeft() throws Exception {
        long device;
        try (Autofs gone = Autofs.open("test")) {
            device = gone.place(place, false);
            serve(gone, false);
        }
        // Linux 6.18 lets the first one who walks in have the SIGPIPE of the kernel's own write.
        assertThat(read()).as("nobody is there").isIn("", file + ": No such file or directory");
        assertThat(read()).as("nobody is there").endsWith("No such file or directory");
        assertThat(asked).hasValue(0);
        try (Autofs successor = Autofs.open("test")) {
            serve(successor, true);
            successor.adopt(place, device);
            assertThat(read()).isEqualTo("mounted");
            assertThat(asked).hasValue(1);
        }
        // And what is covered is taken over as well.
        try (Autofs third = Autofs.open("test")) {
            serve(third, true);
            third.adopt(place, device);
            assertThat(read()).isEqualTo("mounted");
            Mounts.unmount(place);
            assertThat(read()).isEqualTo("mounted");
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        try (Autofs autofs = Autofs.open("test")) {
            serve(autofs, false);
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> autofs.place(place.resolve("missing"), false))
                    .withMessageContainingAll("move_mount", "missing", "ENOENT");
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> autofs.adopt(place, 12345))
                    .withMessageContainingAll("ioctl", place.toString());
        }
    }
}
