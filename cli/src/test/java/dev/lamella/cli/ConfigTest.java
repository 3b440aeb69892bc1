package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigTest {

    private static final Path FILE = Path.of("/etc/lamella/lamella.toml");
    private static final Path REFERENCE = Path.of("..", "packaging", "lamella.toml");
    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

    record Good(String name, String text, ConfigKey<?> key, Object value) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Good> good() {
        return Stream.of(
                new Good("empty file", "", ConfigKey.STORE_PATH, Path.of("/var/lib/lamella/store")),
                new Good("comments only", "# nothing\n", ConfigKey.LOG_LEVEL, "auto"),
                new Good("table", "[store]\npath = '/srv/s'", ConfigKey.STORE_PATH, Path.of("/srv/s")),
                new Good("dotted key", "store.path = \"/srv/s/\"", ConfigKey.STORE_PATH, Path.of("/srv/s")),
                new Good("inline table", "store = { path = '/srv/./s' }", ConfigKey.STORE_PATH, Path.of("/srv/s")),
                new Good("GiB", "limits.layer-size = '10GiB'", ConfigKey.LIMITS_LAYER_SIZE, 10L << 30),
                new Good("GB", "limits.layer-size = '10GB'", ConfigKey.LIMITS_LAYER_SIZE, 10_000_000_000L),
                new Good(
                        "space before the unit",
                        "limits.layer-size = '1.5 MiB'",
                        ConfigKey.LIMITS_LAYER_SIZE,
                        1572864L),
                new Good("zero", "store.free-space-floor = '0'", ConfigKey.STORE_FREE_SPACE_FLOOR, 0L),
                new Good("number", "publish.parallel-layers = 4", ConfigKey.PUBLISH_PARALLEL_LAYERS, 4),
                new Good("word", "node.mount = 'loop'", ConfigKey.NODE_MOUNT, "loop"),
                new Good("platform", "publish.platform = 'linux/arm/v7'", ConfigKey.PUBLISH_PLATFORM, "linux/arm/v7"),
                new Good(
                        "list",
                        "node.graphroots = ['/a', '/b']",
                        ConfigKey.NODE_GRAPHROOTS,
                        List.of(Path.of("/a"), Path.of("/b"))),
                new Good("empty list", "signing.trusted-keys = []", ConfigKey.SIGNING_TRUSTED_KEYS, List.of()),
                new Good("no path", "registries.conf = ''", ConfigKey.REGISTRIES_CONF, Optional.empty()),
                new Good(
                        "optional path",
                        "registries.auth-file = '/a.json'",
                        ConfigKey.REGISTRIES_AUTH_FILE,
                        Optional.of(Path.of("/a.json"))));
    }

    @ParameterizedTest
    @MethodSource("good")
    void reads(Good good) throws Exception {
        assertThat(Config.parse(good.text(), FILE).get(good.key())).isEqualTo(good.value());
    }

    record Bad(String name, String text, int line, int column, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> bad() {
        return Stream.of(
                new Bad(
                        "unknown key",
                        "[store]\npaht = '/x'",
                        2,
                        1,
                        "unknown key \"store.paht\"; the nearest known one is \"store.path\""),
                new Bad("unknown table", "[stroe]\npath = '/x'", 1, 1, "nearest known one is \"store.path\""),
                new Bad(
                        "key outside its table",
                        "\ngraphroots = ['/x']",
                        2,
                        1,
                        "nearest known one is \"node.graphroots\""),
                new Bad("key in another table", "[node]\ncompression-ratio = 9", 2, 1, "\"limits.compression-ratio\""),
                new Bad("unknown inside a table", "[log]\nlevel = 'info'\nx = 1", 3, 1, "unknown key \"log.x\""),
                new Bad("table for a value", "[store.path]\nx = 1", 1, 1, "store.path: expected an absolute path"),
                new Bad("value for a table", "store = '/x'", 1, 1, "unknown key \"store\""),
                new Bad("number for a path", "store.path = 3", 1, 1, "store.path: expected an absolute path in quotes"),
                new Bad("relative path", "store.path = 'x/y'", 1, 1, "an absolute path"),
                new Bad("empty path", "store.path = ''", 1, 1, "an absolute path"),
                new Bad("path for a list", "node.graphroots = '/x'", 1, 1, "an array of absolute paths"),
                new Bad("list of numbers", "node.graphroots = [1]", 1, 1, "an array of absolute paths"),
                new Bad("relative in a list", "node.graphroots = ['/x', 'y']", 1, 1, "an array of absolute paths"),
                new Bad("size without quotes", "limits.layer-size = 10", 1, 1, "a size such as \"10GiB\""),
                new Bad("unknown unit", "limits.layer-size = '10Gb'", 1, 1, "a size such as"),
                new Bad("negative size", "limits.layer-size = '-1GiB'", 1, 1, "a size such as"),
                new Bad("size too large", "limits.layer-size = '2TiB'", 1, 1, "from 1MiB to 1TiB"),
                new Bad("size too small", "limits.layer-size = '1KiB'", 1, 1, "from 1MiB to 1TiB"),
                new Bad("size beyond 64 bits", "store.free-space-floor = '99999999999999TiB'", 1, 1, "a size such as"),
                new Bad("number too large", "publish.parallel-layers = 33", 1, 1, "a number from 0 to 32"),
                new Bad("number too small", "limits.layers = 0", 1, 1, "a number from 1 to 1000"),
                new Bad("fraction", "limits.layers = 1.5", 1, 1, "a number from"),
                new Bad("text for a number", "limits.layers = '3'", 1, 1, "a number from"),
                new Bad("unknown word", "node.mount = 'fuse'", 1, 1, "one of \"auto\", \"file\", \"loop\""),
                new Bad("truth for a word", "log.level = true", 1, 1, "one of"),
                new Bad("platform without a slash", "publish.platform = 'amd64'", 1, 1, "a platform such as"),
                new Bad("key twice", "log.level = 'info'\nlog.level = 'warn'", 2, 1, "previously defined"),
                new Bad("unfinished array", "node.graphroots = [\n", 2, 1, "expected"),
                new Bad("unfinished text", "store.path = '/x\n", 1, 17, ""),
                new Bad("no value", "store.path =\n", 1, 13, ""));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesNamingThePlace(Bad bad) {
        assertThatThrownBy(() -> Config.parse(bad.text(), FILE)).isInstanceOfSatisfying(ConfigException.class, e -> {
            assertThat(e).hasMessageStartingWith(FILE + ":" + bad.line() + ":" + bad.column() + ": ");
            assertThat(e).hasMessageContaining(bad.message());
            assertThat(Failure.of(e).code()).isEqualTo(ExitCode.CONFIGURATION);
        });
    }

    @Test
    void aMissingDefaultFileIsFineAMissingNamedOneIsNot(@TempDir Path directory) {
        String missing = directory.resolve("none.toml").toString();
        Run named = Run.of("configure", "podman", "--config", missing);
        assertThat(named.code()).isEqualTo(78);
        assertThat(named.err()).isEqualTo("lamella: " + missing + ": no such file\n");
        Run fromEnvironment = Run.with(Map.of(Config.ENVIRONMENT, missing), "configure", "podman");
        assertThat(fromEnvironment.code()).isEqualTo(78);
    }

    @Test
    void optionBeatsEnvironment(@TempDir Path directory) throws Exception {
        Path one = Files.writeString(directory.resolve("one.toml"), "node.image-store = '/one'");
        Path two = Files.writeString(directory.resolve("two.toml"), "node.image-store = '/two'");
        Map<String, String> environment = Map.of(Config.ENVIRONMENT, one.toString());
        assertThat(Run.with(environment, "configure", "podman").out()).contains("\"/one\"");
        assertThat(Run.with(environment, "configure", "podman", "--config", two.toString())
                        .out())
                .contains("\"/two\"");
    }

    @Test
    void notUtf8(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("x.toml"), new byte[] {'#', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> Config.read(file)).hasMessage(file + ": not a text in UTF-8");
    }

    /** The reference file, its keys uncommented, holds every key with its default, and nothing else. */
    @Test
    void referenceFileAgreesWithTheCode() throws Exception {
        String text = Files.readString(REFERENCE).replaceAll("(?m)^#(?=[a-z-]+ = )", "");
        Config config = Config.parse(text, REFERENCE);
        var missing = new HashSet<String>();
        for (ConfigKey<?> key : ConfigKey.ALL) {
            if (!config.isSet(key)) {
                missing.add(key.name());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(config.all()).isEqualTo(Config.parse("", FILE).all());
    }

    @Test
    void documentDescribesEveryKey() throws Exception {
        String document = Files.readString(DOCUMENT);
        for (ConfigKey<?> key : ConfigKey.ALL) {
            assertThat(document).contains("`" + key.name() + "`");
        }
    }
}
