package dev.lamella.systemtests;

import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A machine in a directory: Lamella with its store and node, and Podmans with states of their own. */
final class Machine {

    private final Path directory;
    private final TestRegistry registry;

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
                """.formatted(directory));
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
