package dev.lamella.cli;

import dev.lamella.door.Door;
import dev.lamella.door.Mirror;
import dev.lamella.door.NodeClient;
import dev.lamella.door.PullAnswer;
import dev.lamella.door.PullRequest;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.oci.Reference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/**
 * The run from which {@code packaging/make-aot-cache} learns which classes the commands need: an image of one layer is published from a
 * registry in this process, looked at, shown if the user may mount, asked for by way of node and mirror, and removed. Commands may fail, which only costs a slower start.
 */
final class Training {

    private static final String REPOSITORY = "/v2/training/image/";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int TRIES_MAX = 100;

    /** The cache also learns what runs often, so that it is compiled early. */
    private static final int REPETITIONS = 300;

    private final Path scratch;
    private final int mirrorPort;

    /** What the registry answers, by path. */
    private final Map<String, Answer> answers = new HashMap<>();

    private record Answer(String mediaType, ByteString content) {}

    private Training(Path scratch) throws IOException {
        this.scratch = scratch;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.mirrorPort = free.getLocalPort();
        }
    }

    /**
     * Runs the commands.
     *
     * @param arguments a directory of the caller's, and a tar in it
     */
    public static void main(String[] arguments) throws Exception {
        var training = new Training(Path.of(arguments[0]));
        training.addImage(Files.readAllBytes(Path.of(arguments[1])));
        // Answers at once, whatever it is sent: what is tried first of a registry that is called insecure is TLS.
        var registry = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        registry.setHandler(training.new Registry());
        registry.start();
        try {
            training.run("127.0.0.1:" + ((NetworkConnector) registry.getConnectors()[0]).getLocalPort());
        } finally {
            registry.stop();
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

    private final class Registry extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Answer answer = answers.get(request.getHttpURI().getPath());
            if (answer == null) {
                return false; // 404
            }
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.mediaType);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.content.length());
            response.write(true, ByteBuffer.wrap(answer.content.toByteArray()), callback);
            return true;
        }
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
                node.socket = "%1$s/node.sock"
                mirror.listen = "127.0.0.1:%2$d"
                """.formatted(scratch, mirrorPort));
        String image = address + "/training/image:1";
        for (List<String> command : List.of(
                List.of("publish", image),
                List.of("pull", image),
                List.of("pull", image, "--json"),
                List.of("images"),
                List.of("verify", "--all"),
                List.of("node", "--once"))) {
            command(command);
        }
        daemons(address, image);
        for (List<String> command : List.of(List.of("doctor"), List.of("rm", image))) {
            command(command);
        }
    }

    /** Runs the node and the mirror, asks each for an image as engines do, and stops them. */
    private void daemons(String address, String image) throws IOException {
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), mirrorPort);
        String mirrored = Mirror.location(listen, address).orElseThrow();
        Thread node = Thread.ofPlatform().start(() -> command(List.of("node")));
        Thread mirror = Thread.ofPlatform().start(() -> command(List.of("mirror")));
        var client = new NodeClient(scratch.resolve("node.sock"));
        attempt("the node", () -> {
            byte[] hook = utf8("{\"%s\":{}}".formatted(image));
            var request = new PullRequest(Reference.parse(image), Optional.empty(), Optional.empty(), Door.MIRROR);
            for (int times = 0; times < REPETITIONS; times++) {
                byte[] _ = client.exchange("POST", "/v1/hook", hook, WAIT);
                PullAnswer _ = client.pull(request, WAIT);
            }
            byte[] _ = client.exchange("GET", "/metrics", new byte[0], WAIT);
            byte[] _ = client.exchange("GET", "/readyz", new byte[0], WAIT);
        });
        URI manifest = URI.create("http://%s/training/image/manifests/1".formatted(mirrored.replaceFirst("/", "/v2/")));
        attempt("the mirror", () -> {
            for (int times = 0; times < REPETITIONS; times++) {
                try (InputStream in = manifest.toURL().openStream()) {
                    byte[] _ = in.readAllBytes();
                }
            }
        });
        for (Thread daemon : List.of(node, mirror)) {
            daemon.interrupt();
            try {
                boolean _ = daemon.join(WAIT);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** One thing asked of a daemon. */
    @FunctionalInterface
    private interface Question {
        void ask() throws IOException;
    }

    /** Asks until there is an answer, or not any more. */
    private static void attempt(String whom, Question question) {
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            try {
                question.ask();
                System.out.println(whom + " answered");
                return;
            } catch (IOException e) {
                System.out.println(whom + ": " + e.getMessage());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
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
