package dev.lamella.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another user's credentials, as a process with all rights may read them. */
class OwnedFilesTest {

    @TempDir
    private Path home;

    private int self() throws IOException {
        return (Integer) Files.getAttribute(home, "unix:uid");
    }

    private Optional<String> read(int uid, String file) {
        return new OwnedFiles(uid, List.of(Path.of("/nowhere"), home))
                .read(home.resolve(file), 100)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void readsTheUsersOwnFiles() throws Exception {
        Files.createDirectories(home.resolve("a/b"));
        Files.writeString(home.resolve("a/b/file"), "secret");
        Files.writeString(home.resolve("large"), "x".repeat(101));
        assertThat(read(self(), "a/b/file")).contains("secret");
        assertThat(read(self(), "a/b/none")).isEmpty();
        assertThat(read(self(), "none/file")).isEmpty();
        assertThat(read(self(), "a/b")).isEmpty();
        assertThat(read(self(), "large")).isEmpty();
        assertThat(read(self() + 1, "a/b/file")).as("of another user").isEmpty();
        assertThat(new OwnedFiles(self(), List.of(home)).read(Path.of("/etc/passwd"), 100_000))
                .as("elsewhere")
                .isEmpty();
    }

    @Test
    void followsNoLinks(@TempDir Path other) throws Exception {
        Files.createDirectories(home.resolve("real"));
        Files.writeString(other.resolve("file"), "somebody's secret");
        Files.createSymbolicLink(home.resolve("file"), other.resolve("file"));
        Files.createSymbolicLink(home.resolve("directory"), other);
        assertThat(read(self(), "file")).isEmpty();
        assertThat(read(self(), "directory/file")).isEmpty();
        assertThat(read(self(), "real/../directory/file")).isEmpty();
    }

    @Test
    void credentialsOfAUserWithoutHelpersAndOfNobody() throws Exception {
        Files.createDirectories(home.resolve(".docker"));
        Files.createDirectories(home.resolve(".config/containers"));
        String pair = Base64.getEncoder().encodeToString("ann:pw".getBytes(StandardCharsets.UTF_8));
        Files.writeString(
                home.resolve(".docker/config.json"),
                "{\"credsStore\":\"none-such\",\"credHelpers\":{\"r.io\":\"none-such\"},\"auths\":{\"r.io\":{\"auth\":\"%s\"}}}"
                        .formatted(pair));
        Path root = Files.writeString(
                home.resolve("root.json"), "{\"auths\":{\"r.io\":{\"auth\":\"%s\"}}}".formatted(pair));
        var files = new EngineFiles(List.of(), List.of(), List.of(root), List.of());
        EngineConfig config = EngineConfig.load(files, Map.of(), RegistryLimits.DEFAULT);
        Reference reference = Reference.parse("r.io/a:1");
        assertThat(config.credentials(reference)).isPresent();
        assertThat(config.ofUser(self(), home).credentials(reference)).contains(new Credentials.Password("ann", "pw"));
        assertThat(config.ofUser(self(), home).credentials(Reference.parse("s.io/a:1")))
                .isEmpty();
        assertThat(config.ofUser(self() + 1, home).credentials(reference)).isEmpty();
        assertThat(config.ofNobody().credentials(reference)).isEmpty();
    }
}
