package dev.lamella.cli;

import dev.lamella.node.TimeLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Lets checks look at files that may lie on a file system that hangs. */
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
     * Makes checks, or says that they do not come to an end.
     *
     * @param subject what the check is called that says so
     * @param path the file or directory that may hang
     */
    static List<Check> within(Duration limit, String subject, Path path, Checks checks) throws IOException {
        try {
            return TimeLimit.within(limit, "doctor " + subject, checks::run);
        } catch (TimeoutException _) {
            return List.of(Check.fail(
                    subject,
                    "%s: no answer within %d s: its file system hangs".formatted(path, limit.toSeconds()),
                    "bring back the server of its file system; /proc/self/mounts names it"));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
