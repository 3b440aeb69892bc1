package dev.lamella.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** {@code lamella generator}. */
@Command(
        name = "generator",
        description =
                "Publish what the API and registries' webhooks ask for: the generator as a service, with its page.")
final class GeneratorCommand implements Callable<Integer> {

    private final Session session;

    GeneratorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        session.config("info");
        try (var manager = new ServiceManager(session);
                var _ = GeneratorProcess.start(session)) {
            manager.ready();
            // Until SIGTERM or Ctrl-C interrupts this thread.
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            session.tell("lamella: the generator has ended");
        }
        return ExitCode.OK.number();
    }
}
