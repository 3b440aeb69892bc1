package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code docs/cli.md} and the code say the same. */
class DocumentsTest {

    @Test
    void everyCommandAndExitCodeIsDescribed() throws Exception {
        String document = Files.readString(Path.of("..", "docs", "cli.md"));
        var nowhere = new Session.Surroundings(
                new PrintStream(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream()),
                Map.of(),
                false);
        for (String name : Lamella.commandLine(nowhere).getSubcommands().keySet()) {
            assertThat(document).contains("\n## lamella " + name);
        }
        for (ExitCode code : ExitCode.values()) {
            assertThat(document).contains("\n| %d | %s".formatted(code.number(), code.meaning()));
        }
    }

    @Test
    void json() {
        assertThat(Json.write(Json.object(
                        "text", "a\"b\n",
                        "number", 1L,
                        "truth", true,
                        "list", List.of(1, 2),
                        "there", Optional.of("x"),
                        "not", Optional.empty(),
                        "object", Json.object())))
                .isEqualTo(
                        "{\"text\":\"a\\\"b\\n\",\"number\":1,\"truth\":true,\"list\":[1,2],\"there\":\"x\",\"object\":{}}");
    }

    @Test
    void tablesAlign() {
        var table = new Table("NAME", "SIZE", "N");
        table.row("a", "1.0 MiB", "1");
        table.row("long name", "100.0 MiB", "22");
        assertThat(table.toString())
                .isEqualTo("NAME       SIZE       N\na            1.0 MiB  1\nlong name  100.0 MiB  22\n");
    }
}
