package dev.lamella.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * The run from which {@code packaging/make-aot-cache} learns which classes the commands need: an image of one layer is published from a
 * registry in this process, looked at, shown if the user may mount, and removed. Commands may fail, which only costs a slower start.
 */
final class Training {

    private static final String REPOSITORY = "/v2/training/image/";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    private final Path scratch;

    /** What the registry answers, by path. */
    private final Map<String, Answer> answers = new HashMap<>();

    private record Answer(String mediaType, ByteString content) {}

    private Training(Path scratch) {
        this.scratch = scratch;
    }

    /**
     * Runs the commands.
     *
     * @param arguments a directory of the caller's, and a tar in it
     */
    public static void main(String[] arguments) throws IOException {
        var training = new Training(Path.of(arguments[0]));
        training.addImage(Files.readAllBytes(Path.of(arguments[1])));
        HttpServer registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        registry.createContext("/", training::answer);
        registry.start();
        try {
            training.run("127.0.0.1:" + registry.getAddress().getPort());
        } finally {
            registry.stop(0);
        }
    }

    private void addImage(byte[] tar) throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(tar);
        }
        Digest layer = addBlob(compressed.toByteArray());
        byte[] config = utf8(
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
                        .formatted(Digest.sha256Of(tar)));
        byte[] manifest =
                utf8("""
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},\
                "layers":[{"mediaType":"%s","digest":"%s","size":%d}]}""".formatted(MANIFEST, CONFIG, addBlob(config), config.length, LAYER, layer, compressed.size()));
        answers.put(REPOSITORY + "manifests/1", new Answer(MANIFEST, ByteString.of(manifest)));
    }

    private Digest addBlob(byte[] content) {
        Digest digest = Digest.sha256Of(content);
        answers.put(REPOSITORY + "blobs/" + digest, new Answer("application/octet-stream", ByteString.of(content)));
        return digest;
    }

    private void answer(HttpExchange exchange) throws IOException {
        Answer answer = answers.get(exchange.getRequestURI().getPath());
        if (answer == null) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            exchange.getResponseHeaders().add("Content-Type", answer.mediaType);
            exchange.sendResponseHeaders(200, answer.content.length());
            exchange.getResponseBody().write(answer.content.toByteArray());
        }
        exchange.close();
    }

    private void run(String address) throws IOException {
        Files.writeString(
                scratch.resolve("registries.conf"),
                "[[registry]]\nlocation = \"%s\"\ninsecure = true\n".formatted(address));
        Files.writeString(scratch.resolve("lamella.toml"), """
                store.path = "%1$s/store"
                store.free-space-floor = "0"
                signing.key = "%1$s/signing.pem"
                registries.conf = "%1$s/registries.conf"
                registries.tries = 1
                node.state = "%1$s/node"
                node.image-store = "%1$s/images"
                node.graphroots = ["%1$s/graphroot"]
                node.find-graphroots = false
                """.formatted(scratch));
        String image = address + "/training/image:1";
        for (List<String> command : List.of(
                List.of("publish", image),
                List.of("pull", image),
                List.of("pull", image, "--json"),
                List.of("images"),
                List.of("verify", "--all"),
                List.of("node", "--once"),
                List.of("doctor"),
                List.of("rm", image))) {
            command(command);
        }
    }

    private void command(List<String> arguments) {
        var environment =
                Map.of("LAMELLA_CONFIG", scratch.resolve("lamella.toml").toString());
        var surroundings = new Session.Surroundings(System.out, System.err, environment, false);
        int code = Lamella.run(surroundings, arguments.toArray(String[]::new));
        System.out.println("lamella %s: exit code %d".formatted(String.join(" ", arguments), code));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
