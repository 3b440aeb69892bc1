package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigureCommandTest {

    @TempDir
    private Path directory;

    @Test
    void printsWritesAndUndoes() throws Exception {
        Path file = Files.writeString(directory.resolve("storage.conf"), "[storage]\n");
        Path config =
                Files.writeString(directory.resolve("lamella.toml"), "node.socket = \"/s/it's\"\n" + nodeIn(directory));
        Path script = directory.resolve("engine-hook");
        Path drops = directory.resolve("conf.d");
        Path conf = drops.resolve("50-lamella-hook.conf");
        Map<String, String> environment =
                Map.of("CONTAINERS_STORAGE_CONF", file.toString(), Config.ENVIRONMENT, config.toString());
        String[] arguments = {"configure", "podman", "--doors", "both", "--registries-directory", drops.toString()};
        Run printed = Run.with(environment, arguments);
        assertThat(printed.code()).isZero();
        assertThat(printed.out())
                .contains("additionalimagestores = [\n  \"" + directory + "/images\",\n]\n")
                .contains("additional-layer-store-auth-helper = \"" + script + "\"");
        assertThat(file).hasContent("[storage]\n");
        assertThat(script).doesNotExist();

        Run written = Run.with(environment, with(arguments, "--write", "--json"));
        assertThat(written.out())
                .startsWith("{\"engine\":\"podman\",\"file\":\"%s\",".formatted(file.toRealPath()))
                .contains("\"outcome\":\"WRITTEN\"");
        assertThat(script)
                .isExecutable()
                .content()
                .contains("#!/usr/bin/perl\n", "$path = '/s/it\\'s';", "$seconds = 60.5;");
        assertThat(conf).content().contains(script.toString());
        assertThat(directory.resolve("images/overlay-layers/layers.json")).hasContent("[]");
        assertThat(Run.with(environment, with(arguments, "--write")).out().lines())
                .allMatch(line -> line.endsWith(": is as it should be; nothing changed"));

        Run undone = Run.with(environment, with(arguments, "--undo"));
        assertThat(undone.out()).startsWith(file.toRealPath() + ": has its former bytes again\n");
        assertThat(file).hasContent("[storage]\n");
        assertThat(script).doesNotExist();
        assertThat(conf).doesNotExist();
        assertThat(drops).isEmptyDirectory();
    }

    @Test
    void theMirrorsEntriesKeepWhatIsConfiguredOfARegistry() throws Exception {
        Path registries = Files.writeString(directory.resolve("registries.conf"), """
                [[registry]]
                location = "registry.example.org:5000"
                insecure = true
                [[registry.mirror]]
                location = "cache.example.org/a"
                pull-from-mirror = "digest-only"
                """);
        Path config = Files.writeString(directory.resolve("lamella.toml"), """
                registries.conf = "%s"
                mirror.registries = ["registry.example.org:5000", "quay.io"]
                """.formatted(registries));
        Path drops = directory.resolve("conf.d");
        String[] arguments = {
            "--config",
            config.toString(),
            "configure",
            "podman",
            "--doors",
            "mirror",
            "--file",
            directory.resolve("storage.conf").toString(),
            "--registries-directory",
            drops.toString()
        };
        assertThat(Run.of(with(arguments, "--write")).code()).isZero();
        assertThat(drops.resolve("51-lamella-mirror.conf")).content().endsWith("""

                [[registry]]
                prefix = "registry.example.org:5000"
                location = "registry.example.org:5000"
                insecure = true
                [[registry.mirror]]
                location = "127.0.0.1:5320/registry.example.org__5000"
                insecure = true
                [[registry.mirror]]
                location = "cache.example.org/a"
                pull-from-mirror = "digest-only"

                [[registry]]
                prefix = "quay.io"
                location = "quay.io"
                [[registry.mirror]]
                location = "127.0.0.1:5320/quay.io"
                insecure = true
                """);
        assertThat(Run.of(with(arguments, "--undo")).code()).isZero();
        assertThat(drops).isEmptyDirectory();
    }

    @Test
    void aFileOfSomebodyElseIsNeitherReplacedNorRemoved() throws Exception {
        Path config = Files.writeString(directory.resolve("lamella.toml"), nodeIn(directory));
        Path script = Files.writeString(directory.resolve("engine-hook"), "#!/bin/sh\n");
        String[] arguments = {
            "--config",
            config.toString(),
            "configure",
            "podman",
            "--doors",
            "hook",
            "--file",
            directory.resolve("storage.conf").toString(),
            "--registries-directory",
            directory.toString()
        };
        for (String action : List.of("--write", "--undo")) {
            Run run = Run.of(with(arguments, action));
            assertThat(run.code()).isEqualTo(73);
            assertThat(run.err()).contains(script.toString()).contains("move it away");
        }
        assertThat(script).hasContent("#!/bin/sh\n");
    }

    private static String nodeIn(Path directory) {
        return "node.state = \"%1$s/node\"\nnode.image-store = \"%1$s/images\"\n".formatted(directory);
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void wrongUseIsOneLineAndSixtyFour() {
        for (String[] arguments : new String[][] {
            {},
            {"frobnicate"},
            {"configure"},
            {"configure", "docker"},
            {"configure", "podman", "--write", "--undo"},
            {"configure", "podman", "--nonsense"},
            {"version", "--config"},
            {"completion", "fish"}
        }) {
            Run run = Run.of(arguments);
            assertThat(run.code()).as(String.join(" ", arguments)).isEqualTo(64);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("lamella: ").endsWith("--help'\n");
            assertThat(run.err().lines()).hasSize(1);
        }
    }

    @Test
    void helpAndVersion() {
        assertThat(Run.of("--help").out()).contains("Usage: lamella", "configure");
        assertThat(Run.of("configure", "--help").out()).contains("--write", "--json");
        assertThat(Run.of("version", "--json").out())
                .startsWith("{\"version\":\"0.")
                .endsWith("\"}\n");
        assertThat(Run.of("--version").out()).startsWith("lamella 0.");
        assertThat(Run.of("completion", "bash").out()).contains("complete -F");
        assertThat(Run.of("completion", "zsh").out()).contains("compinit");
    }
}
