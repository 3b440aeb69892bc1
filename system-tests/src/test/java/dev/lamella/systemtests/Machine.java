package dev.lamella.systemtests;

import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A machine in a directory: Lamella with its store and node, and Podmans with states of their own. */
final class Machine {

    private final Path directory;
    private final TestRegistry registry;
    private final List<Process> processes = new ArrayList<>();

    Machine(Path directory, TestRegistry registry) throws IOException, InterruptedException {
        this.directory = directory;
        this.registry = registry;
        engine("shown", true);
        Files.writeString(directory.resolve("lamella.toml"), """
                store.path = "%1$s/store"
                store.free-space-floor = "0"
                signing.key = "%1$s/keys/signing.pem"
                registries.conf = "%1$s/shown/registries.conf"
                registries.tries = 3
                node.state = "%1$s/node"
                node.image-store = "%1$s/images"
                node.graphroots = ["%1$s/shown/root"]
                node.socket = "%1$s/run/node.sock"
                """.formatted(directory));
    }

    /** Adds lines to Lamella's configuration; they begin in table {@code node}'s place, so keys are dotted. */
    void configure(String lines) throws IOException {
        Files.writeString(directory.resolve("lamella.toml"), lines + "\n", StandardOpenOption.APPEND);
    }

    Path directory() {
        return directory;
    }

    /** Makes an engine's state, with or without the image store. */
    void engine(String name, boolean withImageStore) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of("testbed/podman-state", directory.resolve(name).toString()));
        if (withImageStore) {
            command.addAll(List.of("--image-store", directory.resolve("images").toString()));
        }
        command.addAll(List.of("--insecure", registry.address()));
        Shell.out(Map.of(), command);
    }

    /** Makes an engine's state whose hook and image store are ours; {@code lamella configure} writes the hook. */
    void engineWithHook(String name) throws IOException, InterruptedException {
        lamella(
                "configure",
                "podman",
                "--write",
                "--doors",
                "hook",
                "--file",
                directory.resolve("storage.conf").toString(),
                "--registries-directory",
                directory.resolve("registries.conf.d").toString());
        Shell.out(
                Map.of(),
                List.of(
                        "testbed/podman-state",
                        directory.resolve(name).toString(),
                        "--image-store",
                        directory.resolve("images").toString(),
                        "--hook",
                        directory.resolve("engine-hook").toString(),
                        "--insecure",
                        registry.address()));
    }

    /** Starts the node daemon and waits until it answers. Its log is {@code node.log}. */
    Process startNode() throws IOException, InterruptedException {
        var log = ProcessBuilder.Redirect.appendTo(directory.resolve("node.log").toFile());
        var builder = new ProcessBuilder(lamellaCommand("node"))
                .directory(Shell.ROOT.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log)
                .redirectError(log);
        builder.environment().putAll(environment());
        Process node = builder.start();
        processes.add(node);
        for (int tries = 0; tries < 300; tries++) {
            Shell.Result ready = Shell.run(
                    Map.of(),
                    List.of(
                            "curl",
                            "-sf",
                            "-m",
                            "1",
                            "--unix-socket",
                            directory.resolve("run/node.sock").toString(),
                            "http://node/readyz"));
            if (ready.code() == 0) {
                return node;
            }
            if (!node.isAlive()) {
                break;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the node does not get ready:\n" + nodeLog());
    }

    /** Returns the process ID of the node that was started last. */
    long nodePid() {
        return processes.getLast().pid();
    }

    String nodeLog() throws IOException {
        return Files.readString(directory.resolve("node.log"));
    }

    private Map<String, String> environment() {
        return Map.of("LAMELLA_CONFIG", directory.resolve("lamella.toml").toString());
    }

    private static List<String> lamellaCommand(String... arguments) {
        var command = new ArrayList<String>();
        command.add(Shell.LAMELLA.toString());
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Runs the command, which must succeed. */
    String lamella(String... arguments) throws IOException, InterruptedException {
        return Shell.out(environment(), lamellaCommand(arguments));
    }

    /** Runs the command, whatever comes of it. */
    Shell.Result tryLamella(String... arguments) throws IOException, InterruptedException {
        return Shell.run(environment(), lamellaCommand(arguments));
    }

    /** Starts the command. */
    Process startLamella(String... arguments) throws IOException {
        return Shell.start(directory, environment(), lamellaCommand(arguments));
    }

    /** Runs a program beside a suite's Podman, which must succeed. */
    String in(String suite, String engine, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of("testbed/podman", suite, directory.resolve(engine).toString()));
        command.addAll(Arrays.asList(arguments));
        return Shell.out(Map.of(), command);
    }

    /** Takes all mounts below the directory away, and the directory. Engines clean up behind containers a little later: several tries. */
    void close() throws IOException, InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        String remove = """
                for try in 1 2 3 4 5 6 7 8 9 10; do
                  testbed/unmount '%1$s'
                  rm -rf '%1$s' && exit 0
                  sleep 0.5
                done
                exit 1
                """.formatted(directory);
        Shell.out(Map.of(), List.of("sh", "-c", remove));
    }
}
