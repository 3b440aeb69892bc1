package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigureCommandTest {

    @TempDir
    private Path directory;

    @Test
    void printsWritesAndUndoes() throws Exception {
        Path file = Files.writeString(directory.resolve("storage.conf"), "[storage]\n");
        Map<String, String> environment = Map.of("CONTAINERS_STORAGE_CONF", file.toString());
        Run printed = Run.with(environment, "configure", "podman");
        assertThat(printed.code()).isZero();
        assertThat(printed.out())
                .isEqualTo("[storage.options]\nadditionalimagestores = [\n  \"/var/lib/lamella/images\",\n]\n");
        assertThat(file).hasContent("[storage]\n");

        Run written = Run.with(environment, "--json", "configure", "podman", "--write");
        assertThat(written.out())
                .isEqualTo(
                        "{\"engine\":\"podman\",\"file\":\"%s\",\"imageStore\":\"/var/lib/lamella/images\",\"outcome\":\"WRITTEN\"}\n"
                                .formatted(file.toRealPath()));
        Run undone = Run.of("configure", "podman", "--undo", "--file", file.toString());
        assertThat(undone.out()).isEqualTo(file.toRealPath() + ": has its former bytes again\n");
        assertThat(file).hasContent("[storage]\n");
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
