package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Needs root, to give files to other users. */
@Tag("system")
class UserFilesTest {

    private static final int UID = 4242;
    private static final int LIMIT = 100;

    @TempDir
    private Path directory;

    private Path file(String name, int uid) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "secret");
        Files.setAttribute(file, "unix:uid", uid);
        return file;
    }

    private static Optional<String> read(Path file) throws UserFileException {
        return UserFiles.read(file, Set.of((long) UID), LIMIT).map(String::new);
    }

    private static void refuses(Path file, String why) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(UserFileException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret");
    }

    @Test
    void readsTheUsersOwnFilesAndRootsAndThoseBehindLinks() throws Exception {
        assertThat(read(file("own", UID))).contains("secret");
        assertThat(read(file("root", 0))).contains("secret");
        assertThat(read(Files.createSymbolicLink(directory.resolve("link"), directory.resolve("own"))))
                .contains("secret");
        assertThat(read(directory.resolve("missing"))).isEmpty();
        assertThat(read(directory.resolve("own/below"))).isEmpty();
    }

    @Test
    void readsNobodyElses() throws Exception {
        Path other = file("other", UID + 1);
        refuses(other, "belongs to user 4243");
        refuses(Files.createSymbolicLink(directory.resolve("link"), other), "belongs to user 4243");
    }

    @Test
    @Timeout(10)
    void opensNoPipesDevicesAndDirectories() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Files.setAttribute(pipe, "unix:uid", UID);
        refuses(pipe, "not a plain file");
        refuses(Files.createSymbolicLink(directory.resolve("device"), Path.of("/dev/zero")), "not a plain file");
        refuses(directory, "not a plain file");
    }

    @Test
    void readsNoMoreThanTheLimit() throws Exception {
        Path file = file("large", UID);
        Files.writeString(file, "x".repeat(LIMIT));
        assertThat(read(file)).contains("x".repeat(LIMIT));
        Files.writeString(file, "x".repeat(LIMIT + 1));
        refuses(file, "at most 100");
    }
}
