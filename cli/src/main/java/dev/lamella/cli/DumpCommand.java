package dev.lamella.cli;

import dev.lamella.erofs.ErofsDump;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code lamella dump}. */
@Command(
        name = "dump",
        description = "Print a layer's index as text.",
        footer = {"", "The form is described in docs/formats/index.md. Always text; --json changes nothing."})
final class DumpCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(
            paramLabel = "DIGEST|FILE",
            description = "A layer's DiffID or blob digest, or at least 6 digits of a DiffID, or a file with an index.")
    private String name = "";

    DumpCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Path index = index();
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
            ErofsDump.print(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), session.out());
        } finally {
            session.out().flush();
        }
        return ExitCode.OK.number();
    }

    private Path index() throws IOException {
        if (name.contains("/") || Files.exists(Path.of(name))) {
            return Path.of(name);
        }
        return new ImageFinder(session, session.readStore())
                .findVolume(name)
                .orElseThrow(() -> new CommandException(
                        ExitCode.NO_INPUT,
                        name + ": neither a layer in the store nor a file; 'lamella layers' lists them"))
                .index();
    }
}
