package dev.lamella.systemtests;

import dev.lamella.testkit.TestRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A machine in a directory: Lamella with its store and node, and Podmans with states of their own. */
final class Machine {

    private final Path directory;
    private final TestRegistry registry;
    private final List<Process> processes = new ArrayList<>();
    private final List<Process> nodes = new ArrayList<>();
    private final String mirror;

    Machine(Path directory, TestRegistry registry) throws IOException, InterruptedException {
        this(directory, registry, directory);
    }

    /**
     * Makes a machine.
     *
     * @param shared where the store and the keys are, perhaps another machine's directory
     */
    Machine(Path directory, TestRegistry registry, Path shared) throws IOException, InterruptedException {
        this.directory = directory;
        this.registry = registry;
        try (var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            mirror = "127.0.0.1:" + port.getLocalPort();
        }
        engine("shown", true);
        Files.writeString(directory.resolve("lamella.toml"), """
                store.path = "%2$s/store"
                store.free-space-floor = "0"
                signing.key = "%2$s/keys/signing.pem"
                registries.conf = "%1$s/shown/registries.conf"
                registries.tries = 3
                node.state = "%1$s/node"
                node.image-store = "%1$s/images"
                node.graphroots = ["%1$s/shown/root"]
                node.socket = "%1$s/run/node.sock"
                mirror.listen = "%3$s"
                """.formatted(directory, shared, mirror));
    }

    /** Adds lines to Lamella's configuration; they begin in table {@code node}'s place, so keys are dotted. */
    void configure(String lines) throws IOException {
        Files.writeString(directory.resolve("lamella.toml"), lines + "\n", StandardOpenOption.APPEND);
    }

    Path directory() {
        return directory;
    }

    /** Returns where the mirror listens, when it runs. */
    String mirror() {
        return mirror;
    }

    /** Makes an engine's state, with or without the image store. */
    void engine(String name, boolean withImageStore) throws IOException, InterruptedException {
        state(name, withImageStore ? List.of("--image-store", imageStore()) : List.of());
    }

    /** Makes an engine's state with nothing but the layer store, which it asks with or without the name of an image. */
    void engineWithLayerStore(String name, boolean withReference) throws IOException, InterruptedException {
        state(name, List.of("--layer-store", layerStore() + (withReference ? ":ref" : "")));
    }

    /** Returns where the layer store is mounted, if {@link #configureLayerStore} was called before the node was started. */
    Path layerStore() {
        return directory.resolve("layers");
    }

    /** Lets the node have a layer store, which looks at the stores of some engines. */
    void configureLayerStore(String... engines) throws IOException {
        Path file = directory.resolve("lamella.toml");
        String roots = Arrays.stream(engines)
                .map(engine -> "\"%s/%s/root\"".formatted(directory, engine))
                .collect(Collectors.joining(", "));
        String text =
                Files.readString(file).replaceFirst("(?m)^node.graphroots = .*$", "node.graphroots = [" + roots + "]");
        Files.writeString(file, text + "node.layer-store = \"%s\"\n".formatted(layerStore()));
    }

    private void state(String name, List<String> options) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of("testbed/podman-state", directory.resolve(name).toString()));
        command.addAll(options);
        command.addAll(List.of("--insecure", registry.address()));
        Shell.out(Map.of(), command);
    }

    private String imageStore() {
        return directory.resolve("images").toString();
    }

    private String dropIns() {
        return directory.resolve("registries.conf.d").toString();
    }

    private void configureDoors(String doors) throws IOException, InterruptedException {
        lamella(
                "configure",
                "podman",
                "--write",
                "--doors",
                doors,
                "--file",
                directory.resolve("storage.conf").toString(),
                "--registries-directory",
                dropIns());
    }

    /** Makes an engine's state whose hook and image store are ours; {@code lamella configure} writes the hook. */
    void engineWithHook(String name) throws IOException, InterruptedException {
        configureDoors("hook");
        String hook = directory.resolve("engine-hook").toString();
        state(name, List.of("--image-store", imageStore(), "--hook", hook));
    }

    /** Has engines that are made by {@link #engineWithMirror} ask the mirror for some registries. Lamella reads the same drop-ins as they do. */
    void configureMirror(TestRegistry... registries) throws IOException {
        for (TestRegistry each : registries) {
            if (each != registry) {
                Files.writeString(
                        directory.resolve("shown/registries.conf"),
                        "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(each.address()),
                        StandardOpenOption.APPEND);
            }
        }
        configure("""
                registries.conf-directory = "%s/registries.conf.d"
                mirror.registries = [%s]
                """.formatted(
                        directory,
                        Arrays.stream(registries)
                                .map(each -> '"' + each.address() + '"')
                                .collect(Collectors.joining(","))));
    }

    /** Makes an engine's state that asks the mirror; {@code lamella configure} writes the mirror's drop-in, which the engine reads. */
    void engineWithMirror(String name) throws IOException, InterruptedException {
        configureDoors("mirror");
        state(name, List.of("--image-store", imageStore(), "--drop-ins", dropIns()));
    }

    /** Starts the mirror and waits until it answers. Its log is {@code mirror.log}. */
    Process startMirror() throws IOException, InterruptedException {
        return start("mirror", lamellaCommand("mirror"), "http://" + mirror + "/readyz");
    }

    /** Starts the mirror where root's session has logged in to registries, in a file that {@code podman login} wrote. */
    Process startMirror(Path login) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--propagation",
                "slave",
                "sh",
                "-c",
                "mount -t tmpfs tmpfs /run && mkdir -p /run/containers/0 && cp \"$0\" /run/containers/0/auth.json && exec \"$@\"",
                login.toString()));
        command.addAll(lamellaCommand("mirror"));
        return start("mirror", command, "http://" + mirror + "/readyz");
    }

    String mirrorLog() throws IOException {
        return Files.readString(directory.resolve("mirror.log"));
    }

    /** Starts the node daemon and waits until it answers and has mounted what there is. Its log is {@code node.log}. */
    Process startNode(String... options) throws IOException, InterruptedException {
        return startNode(Map.of(), options);
    }

    /** Does the same with more environment variables. */
    Process startNode(Map<String, String> variables, String... options) throws IOException, InterruptedException {
        int before = mountings();
        Process node = start("node", nodeCommand(variables, options), "--unix-socket", socket(), "http://node/readyz");
        nodes.add(node);
        // It answers before it has mounted everything; to a service manager it says so only afterwards.
        for (int tries = 0; mountings() == before; tries++) {
            if (tries == 300 || !node.isAlive()) {
                throw new AssertionError("the node does not mount:%n%s".formatted(nodeLog()));
            }
            Thread.sleep(100);
        }
        return node;
    }

    /** How often a node has said that it has mounted what there is. */
    private int mountings() throws IOException {
        return nodes.isEmpty() ? 0 : nodeLog().split("layers mounted", -1).length - 1;
    }

    private static List<String> nodeCommand(Map<String, String> variables, String... options) {
        // Java does not listen to a hangup that whoever started it ignores, as behind nohup.
        var command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        variables.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(lamellaCommand("node"));
        command.addAll(Arrays.asList(options));
        return command;
    }

    /** Starts the node daemon, which will not get ready; returns at once. */
    Process startUnreadyNode(Map<String, String> variables) throws IOException {
        Process node = launch("node", nodeCommand(variables));
        nodes.add(node);
        return node;
    }

    /** Stops the node that was started last as a service manager does, and waits until it has ended. */
    void stopNode() throws InterruptedException {
        Process node = nodes.getLast();
        node.destroy();
        if (!node.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("the node does not stop");
        }
    }

    /** Kills the node that was started last. */
    void killNode() throws InterruptedException {
        nodes.getLast().destroyForcibly().waitFor();
    }

    private String socket() {
        return directory.resolve("run/node.sock").toString();
    }

    /** Asks the node for an image as the hook does. */
    String askAsHook(String reference) throws IOException, InterruptedException {
        String request = "{\"" + reference + "\":{}}";
        return Shell.out(
                Map.of(),
                List.of("curl", "-sf", "--unix-socket", socket(), "--data-binary", request, "http://node/v1/hook"));
    }

    /** Starts a daemon and waits until it answers curl with success. */
    private Process start(String name, List<String> command, String... probe) throws IOException, InterruptedException {
        Process daemon = launch(name, command);
        var curl = new ArrayList<>(List.of("curl", "-sf", "-m", "1"));
        curl.addAll(Arrays.asList(probe));
        for (int tries = 0; tries < 300 && daemon.isAlive(); tries++) {
            if (Shell.run(Map.of(), curl).code() == 0) {
                return daemon;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(
                "%s does not get ready:%n%s".formatted(name, Files.readString(directory.resolve(name + ".log"))));
    }

    private Process launch(String name, List<String> command) throws IOException {
        Path log = directory.resolve(name + ".log");
        var builder = new ProcessBuilder(command)
                .directory(Shell.ROOT.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment());
        Process daemon = builder.start();
        processes.add(daemon);
        return daemon;
    }

    /** Returns the process ID of the node that was started last. */
    long nodePid() {
        return nodes.getLast().pid();
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
        return Shell.out(Map.of(), inSuite(suite, engine, arguments));
    }

    /** Runs a program beside a suite's Podman, whatever comes of it. */
    Shell.Result tryIn(String suite, String engine, String... arguments) throws IOException, InterruptedException {
        return Shell.run(Map.of(), inSuite(suite, engine, arguments));
    }

    /** Returns the command that runs a program beside a suite's Podman. */
    List<String> inSuite(String suite, String engine, String... arguments) {
        var command = new ArrayList<>(
                List.of("testbed/podman", suite, directory.resolve(engine).toString()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Takes the mounts of all layers away, as a reboot does. */
    void unmountLayers() throws IOException, InterruptedException {
        Shell.out(
                Map.of(),
                List.of("testbed/unmount", directory.resolve("images/overlay").toString()));
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
