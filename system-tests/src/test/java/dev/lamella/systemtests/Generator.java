package dev.lamella.systemtests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The generator as a process, with a configuration in a directory; its store may be that of others. */
final class Generator {

    /** What the registry proves itself with. */
    static final String HOOK_SECRET = "a-secret-of-the-registry-0123456789";

    private final Path directory;
    private final int port;
    private final List<Process> processes = new ArrayList<>();

    /**
     * Writes the configuration.
     *
     * @param shared where the store and the keys are
     * @param lines further keys
     */
    Generator(Path directory, Path shared, String lines) throws IOException {
        this.directory = Files.createDirectories(directory);
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Files.writeString(configuration(), """
                store.path = "%2$s/store"
                store.free-space-floor = "0"
                signing.key = "%2$s/keys/signing.pem"
                registries.conf = "%1$s/registries.conf"
                generator.listen = "127.0.0.1:%3$d"
                generator.socket = "%1$s/generator.sock"
                generator.state = "%1$s/state"
                generator.name = "%4$s"
                generator.retry = "1s"
                generator.heartbeat = "1s"
                %5$s
                """.formatted(directory, shared, port, directory.getFileName(), lines));
        Files.writeString(directory.resolve("registries.conf"), "");
    }

    Path configuration() {
        return directory.resolve("lamella.toml");
    }

    /** Has the generator reach a registry without TLS. */
    void trust(String registry) throws IOException {
        Files.writeString(
                directory.resolve("registries.conf"),
                "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(registry));
    }

    /** Has the generator listen to a registry, which is reached without TLS. */
    void listenTo(String registry) throws IOException {
        trust(registry);
        Path secret = directory.resolve("hook.secret");
        Files.writeString(secret, HOOK_SECRET);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(directory.resolve("webhooks.toml"), """
                [webhooks.registry]
                product = "docker-distribution"
                registry = "%s"
                authentication = "bearer"
                secret-file = "%s"
                """.formatted(registry, secret));
        Files.writeString(
                configuration(),
                Files.readString(configuration())
                        + "generator.webhooks = \"%s\"\n".formatted(directory.resolve("webhooks.toml")));
    }

    /** Returns where a path is. */
    String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(port, path);
    }

    /** Returns where the registry sends its notifications. */
    String hookUrl() {
        return url("/v1/webhooks/registry");
    }

    /** Starts it; unless it is waited for it may not answer yet. */
    Process launch() throws IOException {
        var builder = new ProcessBuilder(Shell.LAMELLA.toString(), "generator")
                .directory(Shell.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(environment());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Starts it and waits until it answers. */
    Process start() throws IOException, InterruptedException {
        Process process = launch();
        for (int tries = 0; tries < 600 && process.isAlive(); tries++) {
            if (Shell.run(Map.of(), List.of("curl", "-sf", "-m", "2", url("/readyz")))
                            .code()
                    == 0) {
                return process;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the generator does not get ready:\n" + Files.readString(log()));
    }

    Path log() {
        return directory.resolve("generator.log");
    }

    private Map<String, String> environment() {
        return Map.of("LAMELLA_CONFIG", configuration().toString());
    }

    /** Runs the command against it, which must succeed. */
    String lamella(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Shell.LAMELLA.toString()));
        command.addAll(List.of(arguments));
        return Shell.out(environment(), command);
    }

    /** Returns the numbers of jobs by their states, in small letters. */
    JsonNode statistics() throws IOException, InterruptedException {
        return get("/v1/statistics");
    }

    /** Returns all references that are in the store. */
    Set<String> published() throws IOException, InterruptedException {
        var references = new TreeSet<String>();
        for (JsonNode image : get("/v1/images?limit=1000").required("items")) {
            image.required("references").forEach(reference -> references.add(reference.asString()));
        }
        return references;
    }

    /** Asks the API as the administrator of the machine. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return JsonMapper.shared()
                .readTree(Shell.out(
                        Map.of(),
                        List.of(
                                "curl",
                                "-sf",
                                "-m",
                                "10",
                                "--unix-socket",
                                directory.resolve("generator.sock").toString(),
                                "http://generator" + path)));
    }

    /** Kills what was started last. */
    void kill() throws InterruptedException {
        processes.getLast().destroyForcibly().waitFor();
    }

    /** Ends it as a service manager does. */
    void stop() throws InterruptedException {
        Process process = processes.getLast();
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the generator does not stop");
        }
    }

    /** Ends all that was started. */
    void close() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }
}
