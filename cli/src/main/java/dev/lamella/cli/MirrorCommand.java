package dev.lamella.cli;

import dev.lamella.door.Mirror;
import dev.lamella.door.MirrorConfig;
import dev.lamella.door.MirrorLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** {@code lamella mirror}. */
@Command(
        name = "mirror",
        description = "A registry mirror on this machine that has the node prepare images before engines pull them.")
final class MirrorCommand implements Callable<Integer> {

    private final Session session;

    MirrorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Config config = session.config("info");
        var mirrorConfig = new MirrorConfig(
                session.mirrorAddress(),
                session.engineConfig(),
                session.rootEngineConfig(),
                config.get(ConfigKey.NODE_SOCKET),
                Duration.ofSeconds(config.get(ConfigKey.DOORS_TIME_BOX_SECONDS)),
                MirrorLimits.DEFAULT);
        try (Mirror _ = Mirror.start(mirrorConfig)) {
            // Until SIGTERM or Ctrl-C interrupts this thread.
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            session.tell("lamella: the mirror has ended");
        }
        return ExitCode.OK.number();
    }
}
