package dev.lamella.policy;

import dev.lamella.testkit.OciImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's docker-registry, the suites' skopeo, Podman and GnuPG, and cosign, with all their files in one directory. */
final class Tools implements Closeable {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final long MINUTES_MAX = 10;

    final Path directory;
    final String registry;

    Tools() throws IOException, InterruptedException {
        // Short, as GnuPG's agent has its socket below it.
        directory = Files.createTempDirectory(Path.of("/var/tmp"), "lamella-signed");
        for (String name : List.of("home/.config/containers/registries.d", "sigs", "policies")) {
            Files.createDirectories(directory.resolve(name));
        }
        registry = run("testbed/registry", directory.resolve("registry").toString(), "start");
    }

    /** Prepares a suite's engine and, where it signs, a keyring of its own. */
    void prepare(String suite, String otherRegistry) throws IOException, InterruptedException {
        run("testbed/podman-state", state(suite).toString(), "--insecure", registry, "--insecure", otherRegistry);
        Files.createDirectories(gnupg(suite));
        run("chmod", "700", gnupg(suite).toString());
    }

    Path state(String suite) {
        return directory.resolve(suite);
    }

    private Path gnupg(String suite) {
        return directory.resolve("g-" + suite);
    }

    Path registriesDirectory() {
        return directory.resolve("home/.config/containers/registries.d");
    }

    /** Returns where an image's signature lies in the lookaside. */
    Path signature(OciImage image, int number) throws IOException {
        return Files.createDirectories(directory.resolve(
                        "sigs/team/app@sha256=" + image.digest().hex()))
                .resolve("signature-" + number);
    }

    String name(String tag) {
        return registry + "/team/app:" + tag;
    }

    /** Runs a script beside a suite's tools. It must succeed. */
    String in(String suite, String script) throws IOException, InterruptedException {
        return run("testbed/podman", suite, state(suite).toString(), "bash", "-euc", script, suite);
    }

    /** Runs a program, which must succeed, and returns what it prints. */
    String run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("lamella-tool", ".out");
        Path err = Files.createTempFile("lamella-tool", ".err");
        try {
            var builder = new ProcessBuilder(command)
                    .directory(ROOT.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("HOME", directory.resolve("home").toString());
            builder.environment().put("COSIGN_PASSWORD", "");
            if (command[0].equals("testbed/podman")) {
                builder.environment().put("GNUPGHOME", gnupg(command[1]).toString());
            }
            Process process = builder.start();
            boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
            if (!ended || process.exitValue() != 0) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("%s: %s%n%s%n%s"
                        .formatted(
                                ended ? "exit code " + process.exitValue() : "no end",
                                String.join(" ", command),
                                Files.readString(out),
                                Files.readString(err)));
            }
            return Files.readString(out).strip();
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    @Override
    public void close() throws IOException {
        var failures = new ArrayList<AssertionError>();
        try (Stream<Path> keyrings = Files.list(directory)) {
            for (Path keyring : keyrings.filter(
                            path -> path.getFileName().toString().startsWith("g-"))
                    .toList()) {
                String suite = keyring.getFileName().toString().substring(2);
                tryRun(failures, "testbed/podman", suite, state(suite).toString(), "gpgconf", "--kill", "all");
            }
        }
        tryRun(failures, "testbed/registry", directory.resolve("registry").toString(), "stop");
        tryRun(failures, "testbed/unmount", directory.toString());
        tryRun(failures, "rm", "-rf", directory.toString());
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private void tryRun(List<AssertionError> failures, String... command) throws IOException {
        try {
            run(command);
        } catch (AssertionError e) {
            failures.add(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
