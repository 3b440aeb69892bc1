package dev.lamella.testkit;

import dev.lamella.filetree.Digest;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A registry on a loopback port, inside the test's own process, that keeps an access log and can do wrong on purpose.
 *
 * <pre>{@code
 * try (var registry = TestRegistry.start()) {
 *     OciImage image = OciImages.oci(layerTar);
 *     registry.push("library/demo", "1.0", image);
 *     registry.inject("/blobs/", 1, new RegistryFault.HangUp(1000));
 *     ... registry.address() + "/library/demo:1.0" ...
 *     assertThat(registry.accesses()).filteredOn(RegistryAccess::isBlobGet).hasSize(2);
 * }
 * }</pre>
 *
 * <p>All methods may be called by any thread at any time.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI distribution specification</a>
 */
public final class TestRegistry implements Closeable {

    private final ServerSocket server;
    private final boolean tls;
    private final RegistryContent content = new RegistryContent();
    private final RegistryAuthentication authentication = new RegistryAuthentication();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<RegistryAccess> accesses = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    private record Rule(String part, AtomicInteger left, RegistryFault fault) {}

    private TestRegistry(ServerSocket server, boolean tls) {
        this.server = server;
        this.tls = tls;
    }

    /** Starts a registry that speaks HTTP on a free port of 127.0.0.1. */
    public static TestRegistry start() {
        try {
            var server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
            return start(server, false);
        } catch (IOException e) {
            throw new IllegalStateException("no free loopback port: " + e.getMessage(), e);
        }
    }

    /** Starts a registry that speaks HTTPS with a certificate. */
    public static TestRegistry startTls(TestCertificate certificate, boolean wantsClientCertificate) {
        try {
            var server = (SSLServerSocket) certificate
                    .serverContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 128, InetAddress.getLoopbackAddress());
            server.setNeedClientAuth(wantsClientCertificate);
            return start(server, true);
        } catch (IOException e) {
            throw new IllegalStateException("no free loopback port: " + e.getMessage(), e);
        }
    }

    private static TestRegistry start(ServerSocket server, boolean tls) {
        var registry = new TestRegistry(server, tls);
        Thread.ofPlatform()
                .daemon()
                .name("test-registry-" + server.getLocalPort())
                .start(registry::accept);
        return registry;
    }

    /** Returns {@code 127.0.0.1:PORT}: the registry's part of a reference. */
    public String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** Returns the port. */
    public int port() {
        return server.getLocalPort();
    }

    /** Returns the address with its scheme. */
    public String url() {
        return (tls ? "https://" : "http://") + address();
    }

    /** Puts an image with all its blobs, under a tag and under its digest. Returns {@code ADDRESS/REPOSITORY:TAG}. */
    public String push(String repository, String tag, OciImage image) {
        image.blobs().forEach(blob -> putBlob(repository, blob.toByteArray()));
        image.children().forEach(child -> push(repository, "", child));
        putManifest(repository, tag, image.mediaType(), image.manifest().toByteArray());
        return address() + "/" + repository + ":" + tag;
    }

    /** Puts a blob and returns its digest. */
    public Digest putBlob(String repository, byte[] blob) {
        return content.putBlob(repository, blob);
    }

    /** Puts a blob under a digest that may not be its own. */
    public void putBlobAs(String repository, Digest digest, byte[] blob) {
        content.putBlobAs(repository, digest, blob);
    }

    /** Puts any bytes as a manifest, under a tag (unless it is empty) and under its digest, which is returned. */
    public Digest putManifest(String repository, String tag, String mediaType, byte[] manifest) {
        return content.putManifest(repository, tag, mediaType, manifest);
    }

    /** Answers repositories {@code PREFIX/NAME} with what is kept as {@code NAME}. */
    public TestRegistry mirrorUnder(String prefix) {
        content.mirrorPrefixes.add(prefix);
        return this;
    }

    /** Switches support for Range off or on. */
    public TestRegistry ranges(boolean supported) {
        content.ranges = supported;
        return this;
    }

    /** Answers with at most so many tags at once, whatever is asked for. */
    public TestRegistry tagsOfAPage(int tags) {
        content.tagsOfAPage = tags;
        return this;
    }

    /** Demands Basic authentication. */
    public TestRegistry basic(String user, String password) {
        authentication.addUser(user, password);
        authentication.scheme = RegistryAuthentication.Scheme.BASIC;
        return this;
    }

    /** Demands Bearer tokens, given out at {@code /token} to this user. */
    public TestRegistry bearer(String user, String password) {
        authentication.addUser(user, password);
        authentication.scheme = RegistryAuthentication.Scheme.BEARER;
        return this;
    }

    /** Demands Bearer tokens, given out at {@code /token} to anybody. */
    public TestRegistry bearerForAll() {
        authentication.anonymousTokens = true;
        authentication.scheme = RegistryAuthentication.Scheme.BEARER;
        return this;
    }

    /** Demands Bearer tokens, given out by POST to {@code /token} in exchange for an identity token. */
    public TestRegistry bearerForIdentityToken(String identityToken) {
        authentication.addIdentityToken(identityToken);
        authentication.scheme = RegistryAuthentication.Scheme.BEARER;
        return this;
    }

    /** Sets how long tokens are said to live. */
    public TestRegistry tokenSeconds(long seconds) {
        authentication.expiresInSeconds = seconds;
        return this;
    }

    /** Forgets all tokens given out, as if they had expired. */
    public void expireTokens() {
        authentication.expireTokens();
    }

    /** Does a fault to the next so many requests whose {@code METHOD TARGET} contains a text. Rules apply in the order given. */
    public TestRegistry inject(String part, int times, RegistryFault fault) {
        rules.add(new Rule(part, new AtomicInteger(times), fault));
        return this;
    }

    /** Removes all faults. */
    public void heal() {
        rules.clear();
    }

    /** Returns the requests so far, oldest first. */
    public List<RegistryAccess> accesses() {
        return List.copyOf(accesses);
    }

    /** Empties the access log. */
    public void forgetAccesses() {
        accesses.clear();
    }

    /** Returns the number of connections accepted so far. */
    public int connectionCount() {
        return connections.get();
    }

    /** Stops: every connection is closed. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (HttpRequest request = HttpRequest.read(in); request != null; request = HttpRequest.read(in)) {
                if (!answer(request, out, number)) {
                    return;
                }
            }
        } catch (IOException _) {
            // The client went away, as clients may.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    private Optional<RegistryFault> faultFor(HttpRequest request) {
        String line = request.method() + " " + request.target();
        for (Rule rule : rules) {
            if (line.contains(rule.part) && rule.left.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                return Optional.of(rule.fault);
            }
        }
        return Optional.empty();
    }

    /** Answers a request; returns whether the connection may carry another. */
    private boolean answer(HttpRequest request, OutputStream out, int number) throws IOException, InterruptedException {
        @Nullable RegistryFault fault = faultFor(request).orElse(null);
        HttpAnswer answer = FaultyAnswers.apply(fault, request, () -> route(request, fault));
        boolean dropped = fault instanceof RegistryFault.Drop;
        int status = dropped ? 0 : answer.status;
        accesses.add(new RegistryAccess(
                request.method(), request.target(), Map.copyOf(request.headers()), request.body(), status, number));
        return !dropped && FaultyAnswers.send(answer, fault, request.method().equals("HEAD"), out);
    }

    private HttpAnswer route(HttpRequest request, @Nullable RegistryFault fault) {
        String path = request.path();
        if (path.equals("/token")) {
            return authentication.token(request);
        }
        String repository = RegistryContent.repositoryOf(path);
        if (path.startsWith("/v2/") && !authentication.allows(request.headers().get("authorization"), repository)) {
            return HttpAnswer.text(
                            401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}")
                    .header("WWW-Authenticate", authentication.challenge(url(), repository));
        }
        boolean ignoreRange = fault instanceof RegistryFault.IgnoreRange;
        return path.equals("/v2/") ? HttpAnswer.text(200, "{}") : content.answer(request, ignoreRange);
    }
}
