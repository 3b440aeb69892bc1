package dev.lamella.webhook;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry on loopback, which sends notifications; and skopeo, which pushes to it. */
final class NotifyingRegistry {

    private static final Duration START_MAX = Duration.ofSeconds(30);

    private final Path directory;
    private final String address;
    private final Process process;

    /**
     * Starts it and waits until it answers.
     *
     * @param endpoints where notifications go: URL and the token sent to it
     */
    NotifyingRegistry(Path directory, List<Endpoint> endpoints) throws IOException, InterruptedException {
        this.directory = directory;
        this.address = "127.0.0.1:" + freePort();
        var config = new StringBuilder("""
                version: 0.1
                log: {level: info, formatter: text}
                storage:
                  filesystem: {rootdirectory: %s}
                  delete: {enabled: true}
                http: {addr: "%s"}
                notifications:
                  endpoints:
                """.formatted(directory.resolve("data"), address));
        for (Endpoint endpoint : endpoints) {
            config.append("""
                        - {name: %s, url: "%s", headers: {Authorization: ["Bearer %s"]}, timeout: 5s, threshold: 3, backoff: 200ms}
                    """.formatted(endpoint.name(), endpoint.url(), endpoint.token()));
        }
        Files.writeString(directory.resolve("config.yml"), config);
        this.process = start(
                "docker-registry", "serve", directory.resolve("config.yml").toString());
        awaitAnswer();
    }

    /** Where notifications go. */
    record Endpoint(String name, String url, String token) {}

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process start(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new IOException("%s does not start; install it: sudo testbed/install".formatted(command[0]), e);
        }
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long end = System.nanoTime() + START_MAX.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/v2/"))
                    .build();
            while (process.isAlive() && System.nanoTime() < end) {
                try {
                    if (client.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200) {
                        return;
                    }
                } catch (ConnectException _) {
                    Thread.sleep(50);
                }
            }
        }
        process.destroyForcibly();
        throw new AssertionError("docker-registry did not start:\n" + Files.readString(directory.resolve("log")));
    }

    /** Returns host and port. */
    String address() {
        return address;
    }

    /** Pushes an image of a layout. */
    void push(Path layout, String name) throws IOException, InterruptedException {
        skopeo("copy", "--all", "--dest-tls-verify=false", "--dest-no-creds", "oci:" + layout + ":image", docker(name));
    }

    /** Deletes the manifest that a tag names. */
    void delete(String name) throws IOException, InterruptedException {
        skopeo("delete", "--tls-verify=false", "--no-creds", docker(name));
    }

    private String docker(String name) {
        return "docker://" + address + "/" + name;
    }

    private void skopeo(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("skopeo", "--insecure-policy"));
        command.addAll(List.of(arguments));
        Process skopeo = start(command.toArray(String[]::new));
        if (!skopeo.waitFor(60, TimeUnit.SECONDS) || skopeo.exitValue() != 0) {
            skopeo.destroyForcibly();
            throw new AssertionError(command + "\n" + Files.readString(directory.resolve("log")));
        }
    }

    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
