package dev.lamella.cli;

import dev.lamella.service.GeneratorService;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code lamella up}. */
@Command(
        name = "up",
        description = "A generator and a node in one process: all that one machine needs, with the defaults of both.")
final class UpCommand implements Callable<Integer> {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Session session;

    UpCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        session.config("info");
        // The generator begins first and ends last: the node may ask it.
        try (GeneratorService _ = GeneratorProcess.start(session)) {
            new NodeProcess(session, true).run(INTERVAL);
        }
        return ExitCode.OK.number();
    }
}
