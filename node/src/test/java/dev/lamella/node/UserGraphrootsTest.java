package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores of users' engines, made by hand. Needs root, to give files to users. */
@Tag("system")
@Timeout(60)
class UserGraphrootsTest {

    private static final int ANN = 4242;
    private static final int BOB = 4243;
    private static final String IMAGES = "overlay-images/images.json";
    private static final String ONE = "[{\"id\":\"i\",\"names\":[\"%s\"],\"layer\":\"%s\"}]";

    private final Path directory;
    private final Path storageConf;
    private final Path usual;

    UserGraphrootsTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        storageConf = directory.resolve("etc.conf");
        usual = directory.resolve("home/ann/.local/share/containers/storage");
        Files.writeString(directory.resolve("passwd"), """
                root:x:0:0::%1$s/home/root:/bin/sh
                ann:x:%2$d:1::%1$s/home/ann:/bin/sh
                bob:x:%3$d:1::%1$s/home/bob:/bin/sh
                away:x:7:1::/nonexistent:/bin/sh
                """.formatted(directory, ANN, BOB));
    }

    private EngineStores engines() {
        return new EngineStores(directory.resolve("passwd"), List.of(storageConf, directory.resolve("usr.conf")));
    }

    private Graphroots.Found find() throws IOException {
        return new Graphroots(List.of(), Optional.of(engines()), Duration.ofSeconds(10)).find();
    }

    private List<String> uses() throws IOException {
        Graphroots.Found found = find();
        assertThat(found.problems()).isEmpty();
        return found.uses().stream()
                .map(use -> use.account().orElse("root") + ": " + use.user() + " -> " + use.layer())
                .toList();
    }

    /** Writes a file of a user's, with all its directories. */
    private Path write(Path file, int uid, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Path each = directory;
        for (Path name : directory.relativize(file)) {
            each = each.resolve(name);
            Files.setAttribute(each, "unix:uid", uid);
        }
        return file;
    }

    @Test
    void findsWhereStorageConfAndHomesLead() throws Exception {
        assertThat(uses()).isEmpty();
        write(usual.resolve(IMAGES), ANN, ONE.formatted("x", "L1"));
        write(
                directory.resolve("home/root/.local/share/containers/storage").resolve(IMAGES),
                0,
                ONE.formatted("no", "L"));
        assertThat(uses()).containsExactly("ann: image x -> L1");
        assertThat(find().uses().getFirst()).hasToString("image x in %s of user ann".formatted(usual));

        write(directory.resolve("roots").resolve(IMAGES), 0, ONE.formatted("y", "L2"));
        write(directory.resolve("scratch/ann/4242/c").resolve(IMAGES), ANN, ONE.formatted("z", "L3"));
        write(directory.resolve("scratch/bob/4243/c").resolve(IMAGES), BOB, ONE.formatted("b", "L4"));
        Files.writeString(directory.resolve("usr.conf"), """
                [storage]
                graphroot = "%1$s/roots"
                rootless_storage_path = "%1$s/scratch/$USER/${UID}/c"
                """.formatted(directory));
        assertThat(uses())
                .containsExactly(
                        "root: image y -> L2", "ann: image x -> L1", "ann: image z -> L3", "bob: image b -> L4");

        write(
                directory.resolve("home/ann/.config/containers/storage.conf"),
                ANN,
                "[storage]\ngraphroot = \"$HOME/mine\"\n");
        write(directory.resolve("home/ann/mine").resolve(IMAGES), ANN, ONE.formatted("m", "L5"));
        assertThat(uses()).contains("ann: image x -> L1", "ann: image m -> L5");

        Files.writeString(storageConf, "[storage]\n");
        assertThat(uses()).containsExactly("ann: image x -> L1", "ann: image m -> L5");
    }

    @Test
    void aStoreElsewhereBehindALinkIsRead() throws Exception {
        write(directory.resolve("scratch").resolve(IMAGES), ANN, ONE.formatted("x", "L1"));
        Files.createDirectories(usual.getParent());
        Files.createSymbolicLink(usual, directory.resolve("scratch"));
        assertThat(uses()).containsExactly("ann: image x -> L1");
    }

    @Test
    void whatCannotBeReadIsNamedAndTheRestIsFound() throws Exception {
        Path bobs =
                directory.resolve("home/bob/.local/share/containers/storage").resolve(IMAGES);
        write(bobs, BOB, ONE.formatted("b", "L4"));
        Path file = write(usual.resolve(IMAGES), ANN, "[{\"secret");
        requireProblem(file + ": not a list in JSON");
        write(file, ANN, "{\"secret\":1}");
        requireProblem(file + ": not a list in JSON");
        write(file, ANN, "[" + "{},".repeat(600_000) + "{}]");
        requireProblem(file + ": not a list in JSON, or one of too many");
        Files.setAttribute(write(file, ANN, "[]"), "unix:uid", BOB);
        requireProblem(file + ": belongs to user 4243");
        Files.delete(file);
        Files.createDirectory(file);
        requireProblem(file + ": not a plain file");
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/zero"));
        requireProblem(file + ": not a plain file");
        Files.delete(file);
        Path conf = write(directory.resolve("home/ann/.config/containers/storage.conf"), ANN, "[secret");
        requireProblem(conf + ": not TOML");
        Files.writeString(conf, "[storage]\ngraphroot = \"$SECRET/x\"\n");
        requireProblem(conf + ", or the system's: a path");
        Files.delete(conf);
        assertThat(uses()).containsExactly("bob: image b -> L4");
    }

    private void requireProblem(String problem) throws IOException {
        Graphroots.Found found = find();
        assertThat(found.isAll()).isFalse();
        assertThat(found.problems())
                .singleElement()
                .asString()
                .startsWith(problem)
                .doesNotContainIgnoringCase("secret\"");
        assertThat(found.uses()).extracting(LayerUse::layer).containsExactly("L4");
    }

    @Test
    void rootsStorageConfHasToBeReadable() throws Exception {
        Files.writeString(storageConf, "[storage\n");
        assertThatExceptionOfType(DamagedImageStoreException.class)
                .isThrownBy(this::find)
                .withMessageStartingWith(storageConf + ": not TOML");
    }

    @Test
    void aHomeThatHangsIsNamedAndGivenUp() throws Exception {
        Path slow = directory.resolve("passwd");
        Files.delete(slow);
        assertThat(new ProcessBuilder("mkfifo", slow.toString()).start().waitFor())
                .isZero();
        Graphroots.Found found = new Graphroots(List.of(), Optional.of(engines()), Duration.ofMillis(300)).find();
        assertThat(found.problems()).singleElement().asString().contains("no answer");
        // Lets the thread go that still waits.
        Files.writeString(slow, "");
    }
}
