package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets checks look at files that may lie on a file system that hangs: whoever touches such a file waits for ever. */
final class Deadline {

    /** How long a file system has; one that only sleeps, as a disk or an automounter, is awake by then. */
    static final Duration FILES = Duration.ofSeconds(10);

    private Deadline() {}

    /** Makes checks. */
    @FunctionalInterface
    interface Checks {
        List<Check> run() throws IOException;
    }

    /**
     * Makes checks in a thread of their own, and leaves it alone if it does not come back.
     *
     * @param subject what the check is called that says so
     * @param path the file or directory that may hang
     */
    static List<Check> within(Duration limit, String subject, Path path, Checks checks) throws IOException {
        var task = new FutureTask<List<Check>>(checks::run);
        Thread.ofPlatform().daemon().name("doctor " + subject).start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return List.of(Check.fail(
                    subject,
                    "%s: no answer within %d s: its file system hangs".formatted(path, limit.toSeconds()),
                    "bring back the server of its file system; /proc/self/mounts names it"));
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException thrown -> throw thrown;
                case RuntimeException thrown -> throw thrown;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
