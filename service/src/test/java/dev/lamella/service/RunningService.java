package dev.lamella.service;

import dev.lamella.client.ClientConfig;
import dev.lamella.client.GeneratorClient;
import dev.lamella.client.PemFiles;
import dev.lamella.client.Scope;
import dev.lamella.client.TokenRequest;
import dev.lamella.jobs.DatabaseConfig;
import dev.lamella.jobs.RetryPolicy;
import dev.lamella.jobs.WorkerConfig;
import dev.lamella.jobs.WorkerLimits;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.EngineFiles;
import dev.lamella.oci.RegistryLimits;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.StoreConfig;
import dev.lamella.store.StoreLimits;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.testkit.TestRegistry;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** A generator that answers on a loopback port and a socket, over a store, a database in a directory and a registry of its own. */
final class RunningService implements Closeable {

    static final Duration WAIT = Duration.ofSeconds(30);

    final TestRegistry registry = TestRegistry.start();
    final DirectoryStore store;
    final Path directory;
    final Path socket;
    private final EngineConfig engine;
    private final ServiceConfig config;
    private final HttpClient http;
    private GeneratorService service;

    private RunningService(
            Path directory, BiFunction<ServiceConfig, String, ServiceConfig> change, Optional<Path> trust)
            throws IOException {
        this.directory = directory;
        this.http = HttpClient.newBuilder()
                .sslContext(PemFiles.context(trust, Optional.empty()))
                .build();
        // The name of a socket has at most 108 bytes.
        this.socket = Files.createTempDirectory("lamella").resolve("generator.sock");
        this.store = DirectoryStore.open(
                directory.resolve("store"),
                StoreConfig.writer(SigningKey.generate(), TrustedKeys.load(List.of()))
                        .withLimits(StoreLimits.DEFAULT.withFreeSpaceFloor(0)));
        this.engine = engine(directory, registry);
        this.config = change.apply(config(directory, socket), registry.address());
        this.service = GeneratorService.start(config, store, engine);
        awaitReady();
    }

    static RunningService start(Path directory) throws IOException {
        return new RunningService(directory, (config, _) -> config, Optional.empty());
    }

    static RunningService start(Path directory, UnaryOperator<ServiceConfig> change) throws IOException {
        return new RunningService(directory, (config, _) -> change.apply(config), Optional.empty());
    }

    /** Starts a service whose configuration depends on the address of its registry. */
    static RunningService start(Path directory, BiFunction<ServiceConfig, String, ServiceConfig> change)
            throws IOException {
        return new RunningService(directory, change, Optional.empty());
    }

    /** Starts a service whose certificate is trusted by {@link #send}. */
    static RunningService start(Path directory, UnaryOperator<ServiceConfig> change, Optional<Path> trust)
            throws IOException {
        return new RunningService(directory, (config, _) -> change.apply(config), trust);
    }

    private static ServiceConfig config(Path directory, Path socket) {
        WorkerConfig worker = WorkerConfig.of("test", 4)
                .withRetries(new RetryPolicy(50, 200, 0))
                .withLimits(new WorkerLimits(50, 500, 60_000, 2_000, 5_000));
        return ServiceConfig.of(
                ListenConfig.loopback().withSocket(socket),
                DatabaseConfig.embedded(directory.resolve("database")),
                worker);
    }

    private static EngineConfig engine(Path directory, TestRegistry registry) throws IOException {
        Path conf = Files.writeString(
                directory.resolve("registries.conf"),
                "[[registry]]\nlocation=\"%s\"\ninsecure=true\n".formatted(registry.address()));
        Path auth = directory.resolve("auth.json");
        if (Files.notExists(auth)) {
            Files.writeString(auth, "{}");
        }
        var files = new EngineFiles(List.of(conf), List.of(), List.of(auth), List.of(directory.resolve("certs.d")));
        return EngineConfig.load(
                files, Map.of(), RegistryLimits.DEFAULT.withTries(1).withWaits(5_000, 5_000));
    }

    private void awaitReady() throws IOException {
        await("the service is ready", () -> get("/readyz", Optional.empty()).statusCode() == 200);
    }

    /** Stops it and starts another one on the same store and database. */
    void restart() throws IOException {
        service.close();
        service = GeneratorService.start(config, store, engine);
        awaitReady();
    }

    GeneratorService service() {
        return service;
    }

    /** Opens a connection that says nothing by itself. */
    Socket connect() throws IOException {
        URI base = URI.create(base());
        return new Socket(base.getHost(), base.getPort());
    }

    String base() {
        return (config.listen().tls().isPresent() ? "https://" : "http://") + "127.0.0.1:"
                + service.address().orElseThrow().getPort();
    }

    /** Returns a client on the socket, which may do everything. */
    GeneratorClient local() throws IOException {
        return GeneratorClient.open(ClientConfig.of("unix:" + socket).withTimeout(WAIT));
    }

    /** Makes a token and returns its secret. */
    String token(String name, Scope... scopes) throws IOException {
        try (GeneratorClient local = local()) {
            return local.createToken(new TokenRequest(name, Set.of(scopes), Optional.empty()))
                    .secret();
        }
    }

    /** Makes a token that has ended. */
    String expiredToken(String name) throws IOException {
        try (GeneratorClient local = local()) {
            Instant end = Instant.now().plusMillis(500);
            String secret = local.createToken(new TokenRequest(name, Set.of(Scope.ADMIN), Optional.of(end)))
                    .secret();
            await("the token has ended", () -> Instant.now().isAfter(end));
            return secret;
        }
    }

    GeneratorClient client(Scope... scopes) throws IOException {
        String secret = token("client-" + System.nanoTime(), scopes);
        return GeneratorClient.open(ClientConfig.of(base()).withToken(secret).withTimeout(WAIT));
    }

    HttpResponse<String> get(String path, Optional<String> token) throws IOException {
        return send("GET", path, token, "", Map.of());
    }

    HttpResponse<String> send(
            String method, String path, Optional<String> token, String body, Map<String, String> headers)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path))
                .timeout(WAIT)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        headers.forEach(request::header);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Puts an image with layers of so many random bytes into the registry, and returns its reference. */
    String push(String repository, String tag, int... layerBytes) {
        return registry.push(repository, tag, image(repository + tag, layerBytes));
    }

    static OciImage image(String seed, int... layerBytes) {
        var layers = new ArrayList<byte[]>();
        for (int bytes : layerBytes) {
            byte[] content = new byte[bytes];
            new Random(seed.hashCode() + layers.size()).nextBytes(content);
            layers.add(new TarBytes().file("file-" + layers.size(), content).end());
        }
        return OciImages.oci(layers.toArray(byte[][]::new));
    }

    /** Something that becomes true. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    static void await(String what, Condition condition) throws IOException {
        Instant end = Instant.now().plus(WAIT);
        while (!condition.holds()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("did not come true within %s: %s".formatted(WAIT, what));
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
        registry.close();
        http.close();
        Files.deleteIfExists(socket);
        Files.deleteIfExists(socket.getParent());
    }
}
