package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tomlj.Toml;

class StorageConfTest {

    private static final Path STORE = Path.of("/var/lib/lamella/images");
    private static final Path NO_DEFAULT = Path.of("/nonexistent/storage.conf");

    @TempDir
    private Path directory;

    record Shape(String name, String text, List<String> stores) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Shape> shapes() {
        return Stream.of(
                new Shape("empty file", "", List.of()),
                new Shape("comment without a line end", "# nothing", List.of()),
                new Shape("storage only", "[storage]\ndriver = \"overlay\"\n", List.of()),
                new Shape("storage without a line end", "[storage]\ndriver = \"overlay\"", List.of()),
                new Shape("empty options", "[storage]\ndriver='overlay'\n[storage.options]\n", List.of()),
                new Shape("header at the very end", "[storage]\ndriver='overlay'\n[storage.options]", List.of()),
                new Shape("header with a comment", "[storage.options] # ours\nsize = \"1G\"\n", List.of()),
                new Shape("header with spaces", "  [ storage . options ]\n  size = \"1G\"\n", List.of()),
                new Shape("empty list", "[storage.options]\nadditionalimagestores = []\n", List.of()),
                new Shape(
                        "empty list over two lines",
                        "[storage.options]\nadditionalimagestores = [\n]\n\n[x]\ny=1\n",
                        List.of()),
                new Shape(
                        "list with a comment",
                        "[storage.options]\nadditionalimagestores = [ # none yet ]\n]\n",
                        List.of()),
                new Shape("one entry", "[storage.options]\nadditionalimagestores = [\"/a\"]\n", List.of("/a")),
                new Shape("one entry, no spaces", "[storage.options]\nadditionalimagestores=[\"/a\"]", List.of("/a")),
                new Shape(
                        "entries over lines",
                        "[storage.options]\nadditionalimagestores = [\n  \"/a\", # first ]\n\n  '/b',\n]\nsize=\"\"\n",
                        List.of("/a", "/b")),
                new Shape("quoted key", "[storage.options]\n\"additionalimagestores\" = ['/a']\n", List.of("/a")),
                new Shape(
                        "dotted key",
                        "storage.options.additionalimagestores = ['/a']\nstorage.driver='overlay'\n",
                        List.of("/a")),
                new Shape("dotted in storage", "[storage]\noptions.additionalimagestores = ['/a']\n", List.of("/a")),
                new Shape(
                        "inline table",
                        "[storage]\noptions = { additionalimagestores = ['/a'], size = '1' }\n",
                        List.of("/a")),
                new Shape("sub-table only", "[storage.options.overlay]\nmountopt = \"nodev\"\n", List.of()),
                new Shape(
                        "sub-table before", "[storage.options.thinpool]\n\n[storage.options]\nsize = ''\n", List.of()),
                new Shape(
                        "commented-out list",
                        "[storage.options]\n# additionalimagestores = [\n#   \"/x\",\n# ]\nsize = ''\n",
                        List.of()),
                new Shape(
                        "Windows line ends",
                        "[storage]\r\ndriver = 'overlay'\r\n[storage.options]\r\nsize = ''\r\n",
                        List.of()),
                new Shape(
                        "Windows line ends, list",
                        "[storage.options]\r\nadditionalimagestores = [\r\n'/a',\r\n]\r\n",
                        List.of("/a")),
                new Shape(
                        "header inside a text", "x = '''\n[storage.options]\n'''\n[storage]\ndriver = ''\n", List.of()),
                new Shape("not ASCII", "# größer\n[storage.options]\nadditionalimagestores = ['/ä']\n", List.of("/ä")),
                new Shape(
                        "layer stores as well", "[storage.options]\nadditionallayerstores = ['/a:ref']\n", List.of()));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void addsKeepsAndRestores(Shape shape) throws Exception {
        Path file = Files.writeString(directory.resolve("storage.conf"), shape.text());
        var conf = new StorageConfFile(file, NO_DEFAULT);
        assertThat(conf.write(STORE)).isEqualTo(StorageConfFile.Outcome.WRITTEN);
        String written = Files.readString(file);
        assertThat(Toml.parse(written).hasErrors()).isFalse();
        var parsed = StorageConf.parse(written, file);
        assertThat(parsed.imageStores()).startsWith(STORE.toString()).containsAll(shape.stores());
        assertThat(parsed.imageStores()).hasSize(shape.stores().size() + 1);
        shape.text()
                .lines()
                .filter(line -> line.startsWith("#"))
                .forEach(comment -> assertThat(written.lines()).contains(comment));

        assertThat(conf.write(STORE)).isEqualTo(StorageConfFile.Outcome.UNCHANGED);
        assertThat(Files.readString(file)).isEqualTo(written);
        assertThat(conf.undo(STORE)).isEqualTo(StorageConfFile.Outcome.RESTORED);
        assertThat(Files.readAllBytes(file)).isEqualTo(shape.text().getBytes(StandardCharsets.UTF_8));
        assertThat(conf.undo(STORE)).isEqualTo(StorageConfFile.Outcome.UNCHANGED);
        assertThat(names()).containsExactly("storage.conf");
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void takesItsEntryOutOfAFileChangedSince(Shape shape) throws Exception {
        Path file = Files.writeString(directory.resolve("storage.conf"), shape.text());
        var conf = new StorageConfFile(file, NO_DEFAULT);
        conf.write(STORE);
        Files.writeString(file, Files.readString(file) + "\n# added later\n");
        assertThat(conf.undo(STORE)).isEqualTo(StorageConfFile.Outcome.ENTRY_REMOVED);
        String left = Files.readString(file);
        assertThat(left).contains("# added later");
        assertThat(StorageConf.parse(left, file).imageStores()).isEqualTo(shape.stores());
    }

    @Test
    void makesAFileWhereThereIsNoneAndRemovesIt() throws Exception {
        Path file = directory.resolve("etc/storage.conf");
        var conf = new StorageConfFile(file, NO_DEFAULT);
        assertThat(conf.write(STORE)).isEqualTo(StorageConfFile.Outcome.CREATED);
        var toml = Toml.parse(file);
        assertThat(toml.getString("storage.driver")).isEqualTo("overlay");
        assertThat(toml.getString("storage.runroot")).isEqualTo("/run/containers/storage");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(conf.undo(STORE)).isEqualTo(StorageConfFile.Outcome.DELETED);
        assertThat(file.getParent()).isEmptyDirectory();
    }

    @Test
    void startsFromTheSystemsDefault() throws Exception {
        Path standard = Files.writeString(directory.resolve("default.conf"), "[storage]\ndriver = 'btrfs' # odd\n");
        Path file = directory.resolve("storage.conf");
        assertThat(new StorageConfFile(file, standard).write(STORE)).isEqualTo(StorageConfFile.Outcome.CREATED);
        assertThat(Files.readString(file)).startsWith("[storage]\ndriver = 'btrfs' # odd\n");
    }

    @Test
    void keepsModeAndLink() throws Exception {
        Path real = Files.writeString(directory.resolve("real.conf"), "[storage]\n");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(directory.resolve("storage.conf"), real);
        new StorageConfFile(link, NO_DEFAULT).write(STORE);
        assertThat(link).isSymbolicLink();
        assertThat(Files.getPosixFilePermissions(real)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void anotherImageStoreLaterStillRestoresTheOriginal() throws Exception {
        Path file = Files.writeString(directory.resolve("storage.conf"), "[storage]\n");
        var conf = new StorageConfFile(file, NO_DEFAULT);
        conf.write(STORE);
        conf.write(Path.of("/srv/other"));
        assertThat(StorageConf.parse(Files.readString(file), file).imageStores())
                .containsExactly("/srv/other", STORE.toString());
        conf.undo(Path.of("/srv/other"));
        assertThat(file).hasContent("[storage]\n");
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void leavesAloneWhatItDoesNotUnderstand(Shape shape) throws Exception {
        Path file = Files.writeString(directory.resolve("storage.conf"), shape.text(), StandardCharsets.ISO_8859_1);
        var conf = new StorageConfFile(file, NO_DEFAULT);
        assertThatThrownBy(() -> conf.write(STORE))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.BAD_DATA))
                .hasMessageStartingWith(file.toString());
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).isEqualTo(shape.text());
        assertThat(names()).containsExactly("storage.conf");
    }

    static Stream<Shape> unusable() {
        return Stream.of(
                new Shape("not TOML", "[storage\n", List.of()),
                new Shape("not UTF-8", "# \u00ff\n", List.of()),
                new Shape("a text, not a list", "[storage.options]\nadditionalimagestores = \"/a\"\n", List.of()),
                new Shape("a list of numbers", "[storage.options]\nadditionalimagestores = [1]\n", List.of()),
                new Shape("options closed", "[storage]\noptions = { size = '1' }\n", List.of()),
                new Shape("options no table", "[storage]\noptions = 1\n", List.of()));
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
