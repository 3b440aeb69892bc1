package dev.lamella.systemtests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs and keeps what they say. */
final class Shell {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path LAMELLA = ROOT.resolve("cli/target/lamella/bin/lamella");
    private static final long MINUTES_MAX = 5;

    private Shell() {}

    /** What a program said and exited with. */
    record Result(int code, String out, String err) {}

    /** Starts a program with its output in files of a directory. */
    static Process start(Path directory, Map<String, String> environment, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Runs a program to its end. */
    static Result run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("lamella-shell");
        try {
            Process process = start(directory, environment, command);
            if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("no end within %d minutes: %s".formatted(MINUTES_MAX, command));
            }
            return new Result(
                    process.exitValue(),
                    Files.readString(directory.resolve("out"), StandardCharsets.ISO_8859_1),
                    Files.readString(directory.resolve("err"), StandardCharsets.ISO_8859_1));
        } finally {
            Files.deleteIfExists(directory.resolve("out"));
            Files.deleteIfExists(directory.resolve("err"));
            Files.delete(directory);
        }
    }

    /** Sends a signal to a process, by its name without SIG. */
    static void signal(long pid, String name) throws IOException, InterruptedException {
        out(Map.of(), List.of("kill", "-" + name, Long.toString(pid)));
    }

    /** Runs a program that must succeed; returns its standard output without the last line feed. */
    static String out(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Result result = run(environment, command);
        if (result.code != 0) {
            throw new AssertionError("exit code %d: %s\n%s%s".formatted(result.code, command, result.out, result.err));
        }
        return result.out.strip();
    }
}
