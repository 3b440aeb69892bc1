package dev.lamella.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Podman, which tells what its engine can do.
 *
 * @param major the first number
 * @param minor the second
 * @param text the version as it calls itself
 */
record PodmanVersion(int major, int minor, String text) {

    private static final long ANSWER_SECONDS_MAX = 10;
    private static final Pattern VERSION = Pattern.compile("podman version ((\\d{1,4})\\.(\\d{1,4})(?:\\S*))");

    /** Reads what {@code podman --version} says; empty if it is anything else. */
    static Optional<PodmanVersion> parse(String said) {
        Matcher matcher = VERSION.matcher(said);
        return matcher.find()
                ? Optional.of(new PodmanVersion(
                        Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)), matcher.group(1)))
                : Optional.empty();
    }

    boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }

    /** Returns what {@code podman --version} says; empty without Podman. */
    static Optional<String> ask(Session session) {
        Optional<Path> podman = session.program("podman");
        if (podman.isEmpty()) {
            return Optional.empty();
        }
        try {
            Process process = new ProcessBuilder(podman.get().toString(), "--version")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            try {
                if (!process.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                    return Optional.of("no answer");
                }
                return Optional.of(new String(process.getInputStream().readNBytes(1000), StandardCharsets.UTF_8));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
