package dev.lamella.fuse;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process that serves a {@link TreeFileSystem} on a kept mount until its input says {@code leave} or ends. */
final class KeptServer implements AutoCloseable {

    static final MountOptions MOUNT = MountOptions.of("lamella-test");
    private static final String SERVING = "serving, taken over: ";
    private static final String LEAVE = "leave";
    private static final long WAIT_SECONDS_MAX = 30;

    private final Process process;
    private final LinkedBlockingQueue<String> output = new LinkedBlockingQueue<>();

    private KeptServer(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(output::add);
            } catch (IOException | UncheckedIOException e) {
                output.add(e.toString());
            }
        });
    }

    static KeptMount.Settings settings(Path target, Path stateFile, Duration patience) {
        return new KeptMount.Settings(target, MOUNT, SessionOptions.DEFAULT.withSharedDevice(), stateFile, patience);
    }

    public static void main(String[] arguments) throws Exception {
        KeptMount.Settings settings = settings(
                Path.of(arguments[0]), Path.of(arguments[1]), Duration.ofSeconds(Long.parseLong(arguments[2])));
        try {
            KeptMount mount = KeptMount.serve(settings, new TreeFileSystem(Long.parseLong(arguments[3])));
            System.out.println(SERVING + mount.isTakenOver());
            var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            if (LEAVE.equals(input.readLine())) {
                mount.leave();
            } else {
                mount.close();
            }
        } catch (IOException e) {
            System.out.println(e.getMessage());
        }
    }

    static KeptServer start(KeptMount.Settings settings, long answerMillis) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        // Without logging it starts in half the time.
        String quiet = Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
        return new KeptServer(new ProcessBuilder(
                        Path.of(System.getProperty("java.home", ""), "bin", "java")
                                .toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        quiet,
                        KeptServer.class.getName(),
                        settings.target().toString(),
                        settings.stateFile().toString(),
                        Long.toString(settings.patience().toSeconds()),
                        Long.toString(answerMillis))
                .redirectError(new File("/dev/null"))
                .start());
    }

    /** Returns the next line it says: that it is serving, or why not. */
    String nextLine() throws InterruptedException {
        String line = output.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("the server says nothing");
        }
        return line;
    }

    /** Waits until it serves; returns whether it has taken the mount over. */
    boolean awaitServing() throws InterruptedException {
        String line = nextLine();
        if (!line.startsWith(SERVING)) {
            throw new AssertionError(line);
        }
        return Boolean.parseBoolean(line.substring(SERVING.length()));
    }

    void kill() {
        process.destroyForcibly();
    }

    void killAndWait() {
        kill();
        end();
    }

    void leave() throws IOException {
        process.getOutputStream().write((LEAVE + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        end();
    }

    /** Has it end for good. */
    @Override
    public void close() throws IOException {
        if (process.isAlive()) {
            process.getOutputStream().close();
        }
        end();
    }

    private void end() {
        try {
            if (process.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("the server does not end");
    }

    /** Returns the keepers that have to do with a state file. */
    static List<ProcessHandle> keepers(Path stateFile) throws IOException {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> isKeeper(process, stateFile)).toList();
        }
    }

    private static boolean isKeeper(ProcessHandle process, Path stateFile) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            List<String> arguments = List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
            return arguments.contains("lamella-fuse-keeper") && arguments.contains(stateFile.toString());
        } catch (IOException _) {
            return false; // gone
        }
    }
}
