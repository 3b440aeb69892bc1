package dev.lamella.door;

import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.EngineFiles;
import dev.lamella.oci.RegistryLimits;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A mirror with a configuration of its own in a directory, and a client of it. */
final class TestMirror implements Closeable {

    private final Mirror mirror;
    private final HttpClient client = HttpClient.newHttpClient();

    private TestMirror(Mirror mirror) {
        this.mirror = mirror;
    }

    /** Starts a mirror; its node's socket is {@code node.sock} in the directory, its credentials {@code auth.json}. */
    static TestMirror start(Path directory, String registriesConf, Duration timeBox) throws IOException {
        return start(directory, registriesConf, timeBox, MirrorLimits.DEFAULT);
    }

    static TestMirror start(Path directory, String registriesConf, Duration timeBox, MirrorLimits limits)
            throws IOException {
        Files.writeString(directory.resolve("registries.conf"), registriesConf);
        EngineConfig config = config(directory);
        return new TestMirror(Mirror.start(new MirrorConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                config,
                config,
                directory.resolve("node.sock"),
                timeBox,
                limits)));
    }

    static EngineConfig config(Path directory) throws IOException {
        var files = new EngineFiles(
                List.of(directory.resolve("registries.conf")),
                List.of(),
                List.of(directory.resolve("auth.json")),
                List.of(directory.resolve("certs.d")));
        return EngineConfig.load(files, Map.of(), RegistryLimits.DEFAULT.withWaits(2_000, 700));
    }

    void closeServer() {
        mirror.close();
    }

    String address() {
        return "127.0.0.1:" + mirror.address().getPort();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address() + path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    /** What {@link #raw} returns if the mirror hung up before its answer could be read, as it may upon a request that is too long. */
    static final int HUNG_UP = 0;

    /** Sends a request as it is written, and returns the status. */
    int raw(String requestLine, String... headers) throws IOException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), mirror.address().getPort())) {
            String text = requestLine + " HTTP/1.1\r\n"
                    + (headers.length == 0 ? "Host: " + address() + "\r\n" : String.join("\r\n", headers) + "\r\n")
                    + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : HUNG_UP;
        } catch (SocketException _) {
            return HUNG_UP;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        mirror.close();
    }
}
