package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFilesTest {

    private static final int LARGE_BYTES = 300_000;

    @TempDir
    Path directory;

    private static byte[] content(int value) {
        byte[] content = new byte[LARGE_BYTES + value];
        Arrays.fill(content, (byte) value);
        return content;
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aFileIsOneWholeContentAtAnyTime() throws Exception {
        Path file = directory.resolve("file");
        NodeFiles.write(file, content(0));
        try (var executor = Executors.newSingleThreadExecutor()) {
            Future<?> writing = executor.submit((Callable<Void>) () -> {
                for (int i = 0; i < 30; i++) {
                    NodeFiles.write(file, content(i % 7));
                }
                return null;
            });
            while (!writing.isDone()) {
                byte[] seen = Files.readAllBytes(file);
                assertThat(seen).isEqualTo(content(seen[0]));
            }
            writing.get();
        }
        assertThat(NodeFiles.names(directory)).containsExactly("file");
        assertThat(permissions(file)).isEqualTo("rw-r--r--");
    }

    @Test
    void whatAKilledWriterLeftDoesNotMatter() throws IOException {
        Path file = directory.resolve("file");
        NodeFiles.write(file, content(1));
        Files.write(NodeFiles.temporary(file), content(5));
        assertThat(file).hasBinaryContent(content(1));
        NodeFiles.write(file, content(2));
        assertThat(file).hasBinaryContent(content(2));
        assertThat(NodeFiles.temporary(file)).doesNotExist();
    }

    @Test
    void aWriteThatFailsLeavesTheOldContent() throws IOException {
        Path file = directory.resolve("file");
        NodeFiles.write(file, content(1));
        Files.createDirectory(NodeFiles.temporary(file));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> NodeFiles.write(file, content(2)));
        assertThat(file).hasBinaryContent(content(1));
    }

    @Test
    void whatIsAsWantedIsNotWrittenAgain() throws IOException {
        Path file = directory.resolve("file");
        NodeFiles.update(file, content(1));
        Object inode = Files.getAttribute(file, "unix:ino");
        NodeFiles.update(file, content(1));
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
        NodeFiles.update(file, content(2));
        assertThat(Files.getAttribute(file, "unix:ino")).isNotEqualTo(inode);
        assertThat(file).hasBinaryContent(content(2));
    }

    @Test
    void aLinkReplacesWhateverHasItsName() throws IOException {
        Path link = directory.resolve("link");
        NodeFiles.link(link, "../elsewhere");
        NodeFiles.link(link, "../elsewhere");
        assertThat(Files.readSymbolicLink(link)).hasToString("../elsewhere");
        Files.createSymbolicLink(NodeFiles.temporary(link), Path.of("killed"));
        NodeFiles.link(link, "../other");
        assertThat(Files.readSymbolicLink(link)).hasToString("../other");
        Files.delete(link);
        Files.writeString(link, "a file");
        NodeFiles.link(link, "../again");
        assertThat(Files.readSymbolicLink(link)).hasToString("../again");
        assertThat(NodeFiles.names(directory)).containsExactly("link");
    }

    @Test
    void directoriesAreReadableForAll() throws IOException {
        Path made = directory.resolve("a/b/c");
        NodeFiles.makeDirectories(made);
        for (Path each : List.of(made, directory.resolve("a/b"), directory.resolve("a"))) {
            assertThat(permissions(each)).isEqualTo("rwxr-xr-x");
        }
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
        NodeFiles.makeDirectories(made);
        assertThat(permissions(made)).as("one that exists stays as it is").isEqualTo("rwx------");
        Files.writeString(directory.resolve("file"), "x");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> NodeFiles.makeDirectories(directory.resolve("file")));
    }

    @Test
    void severalMayMakeTheSameDirectories() throws Exception {
        int racers = 8;
        try (var executor = Executors.newFixedThreadPool(racers)) {
            for (int round = 0; round < 50; round++) {
                Path made = directory.resolve("round" + round).resolve("a/b/c");
                var start = new CyclicBarrier(racers);
                Callable<Void> racer = () -> {
                    start.await();
                    NodeFiles.makeDirectories(made);
                    return null;
                };
                for (Future<Void> done : executor.invokeAll(Collections.nCopies(racers, racer))) {
                    done.get();
                }
                assertThat(made).isDirectory();
            }
        }
    }

    @Test
    void onlyDirectoriesOfKnownNamesAreRemoved() throws IOException {
        Path known = Files.createDirectory(directory.resolve("known"));
        Files.writeString(known.resolve("a"), "x");
        Files.writeString(known.resolve("b.new"), "x");
        Files.createSymbolicLink(known.resolve("c"), Path.of("nowhere"));
        NodeFiles.removeDirectory(known, List.of("a", "b", "c", "d"));
        assertThat(known).doesNotExist();
        NodeFiles.removeDirectory(known, List.of("a"));

        Path other = Files.createDirectory(directory.resolve("other"));
        Files.writeString(other.resolve("a"), "x");
        Files.createDirectory(other.resolve("diff"));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> NodeFiles.removeDirectory(other, List.of("a")))
                .withMessageContainingAll(other.toString(), "diff");
        assertThat(NodeFiles.names(other)).containsExactlyInAnyOrder("a", "diff");
    }
}
