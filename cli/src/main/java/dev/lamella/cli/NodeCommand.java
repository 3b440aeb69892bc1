package dev.lamella.cli;

import dev.lamella.node.NodeService;
import dev.lamella.node.RestoreReport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lamella node}. */
@Command(name = "node", description = "Keep this machine's layers mounted, and show the images that engines ask for.")
final class NodeCommand implements Callable<Integer> {

    private final Session session;

    @Option(names = "--once", description = "Restore the mounts and end.")
    private boolean once;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "The pause between two looks at the mounts, 1 to 3600 (default: ${DEFAULT-VALUE}).")
    private int intervalSeconds;

    NodeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (intervalSeconds < 1 || intervalSeconds > 3600) {
            throw new CommandException(
                    ExitCode.USAGE, "--interval %d: expected 1 to 3600 seconds".formatted(intervalSeconds));
        }
        session.config(once ? "warn" : "info");
        if (once) {
            NodeService node = session.node(session.nodeStore());
            RestoreReport report = node.restore();
            report.failures().forEach(failure -> session.warn("not mounted: " + failure));
            session.result(
                    Json.object(
                            "mounted",
                            report.mounted(),
                            "remounted",
                            report.remounted(),
                            "failures",
                            report.failures()),
                    "%d layers mounted, %d of them now, %d failed"
                            .formatted(
                                    report.mounted(),
                                    report.remounted(),
                                    report.failures().size()));
            return report.failures().isEmpty() ? ExitCode.OK.number() : ExitCode.IO.number();
        }
        new NodeProcess(session, new GeneratorSettings(session).isRemote()).run(Duration.ofSeconds(intervalSeconds));
        return ExitCode.OK.number();
    }
}
