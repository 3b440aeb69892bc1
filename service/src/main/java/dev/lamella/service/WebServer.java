package dev.lamella.service;

import dev.lamella.client.ApiJson;
import dev.lamella.oci.Printable;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: connections, their limits and encryption. */
final class WebServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final int THREADS_MAX = 64;

    /** Connections that wait to be accepted; the kernel may allow fewer ({@code net.core.somaxconn}). What is beyond is reset. */
    private static final int BACKLOG = 4096;

    private final ListenConfig listen;
    private final ServiceLimits limits;
    private final Optional<TlsFiles> tls;
    private final Javalin javalin;
    private Optional<ServerConnector> network = Optional.empty();

    /**
     * Prepares a server.
     *
     * @throws IOException if a file of the TLS configuration is not right
     */
    WebServer(ListenConfig listen, ServiceLimits limits, Front front, List<Route> routes) throws IOException {
        this.listen = listen;
        this.limits = limits;
        this.tls =
                listen.tls().isPresent() ? Optional.of(new TlsFiles(listen.tls().get())) : Optional.empty();
        this.javalin = Javalin.create(config -> {
            configure(config);
            config.routes.before(front::before);
            config.routes.before(this::makeRoom);
            config.routes.exception(Exception.class, (e, context) -> front.problem(context, e));
            // Javalin has a handler of its own for these, which are a route that there is not, and a body that is too
            // large.
            config.routes.exception(HttpResponseException.class, (e, context) -> front.problem(context, e));
            for (Route route : routes) {
                config.routes.addHttpHandler(
                        HandlerType.findOrCreate(route.method()),
                        route.path(),
                        context -> front.answer(route, context));
            }
        });
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = limits.http().bodyBytes();
        // What is secret and what a stranger chose may be in the same page: compressed together, its length would tell.
        config.http.compressionStrategy = CompressionStrategy.NONE;
        var threads = new QueuedThreadPool(THREADS_MAX);
        threads.setName("http");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        config.jetty.threadPool = threads;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(limits.http().headerBytes());
            http.setUriCompliance(UriCompliance.DEFAULT);
            http.setIdleTimeout(limits.http().idle().toMillis());
        });
        config.jetty.modifyServer(server -> {
            server.setHandler(new GracefulHandler());
            server.setStopTimeout(limits.stop().toMillis());
            server.setErrorHandler(new ProblemAnswers());
        });
        listen.address()
                .ifPresent(address -> config.jetty.addConnector((server, http) -> {
                    ServerConnector connector = network(server, http, address);
                    network = Optional.of(connector);
                    return connector;
                }));
        listen.socket().ifPresent(socket -> config.jetty.addConnector((server, http) -> unix(server, http, socket)));
    }

    /**
     * Connections that are kept open for a next request would keep those out that have one now. Those who watch keep theirs: they come back soon, and
     * would wait behind all others each time.
     */
    private void makeRoom(Context context) {
        int open = network.map(connector -> connector.getConnectedEndPoints().size())
                .orElse(0);
        if (open > limits.http().connections() / 2 && !OperationsApi.PATHS.contains(context.path())) {
            context.header("Connection", "close");
        }
    }

    private ServerConnector network(Server server, HttpConfiguration http, InetSocketAddress address) {
        ServerConnector connector;
        if (tls.isPresent()) {
            var secure = new HttpConfiguration(http);
            // One certificate for all names: which of them a client used does not matter.
            var customizer = new SecureRequestCustomizer();
            customizer.setSniHostCheck(false);
            secure.addCustomizer(customizer);
            connector = new ServerConnector(
                    server,
                    new SslConnectionFactory(tls.get().factory(), "http/1.1"),
                    new HttpConnectionFactory(secure));
        } else {
            connector = new ServerConnector(server, new HttpConnectionFactory(http));
        }
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(limits.http().idle().toMillis());
        connector.addBean(new SlowRequests(connector, limits.http().idle()));
        // Not of the socket, by which an administrator gets in whatever goes on here.
        server.addBean(new NetworkConnectionLimit(limits.http().connections(), connector));
        return connector;
    }

    private Connector unix(Server server, HttpConfiguration http, Path socket) {
        var connector = new UnixDomainServerConnector(server, new HttpConnectionFactory(http));
        connector.setUnixDomainPath(socket.toAbsolutePath());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(limits.http().idle().toMillis());
        return connector;
    }

    /**
     * Begins to answer.
     *
     * @throws IOException if it cannot listen
     */
    void start() throws IOException {
        if (listen.socket().isPresent()) {
            prepare(listen.socket().get());
        }
        try {
            javalin.start();
        } catch (RuntimeException e) {
            throw new IOException("cannot listen: " + rootMessage(e), e);
        }
        if (listen.socket().isPresent()) {
            Files.setPosixFilePermissions(listen.socket().get(), PosixFilePermissions.fromString("rw-rw----"));
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static void prepare(Path socket) throws IOException {
        Path directory = socket.toAbsolutePath().getParent();
        if (directory != null && Files.notExists(directory)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
        }
        Files.deleteIfExists(socket);
    }

    /** Returns the address that is listened on, with the port that was taken. */
    Optional<InetSocketAddress> address() {
        return network.map(connector -> new InetSocketAddress(connector.getHost(), connector.getLocalPort()));
    }

    /** Looks whether the certificate has changed. */
    void lookAtCertificate() {
        tls.ifPresent(TlsFiles::reloadIfChanged);
    }

    /** Takes no more requests, waits for those that have begun, and ends. */
    @Override
    public void close() {
        try {
            javalin.stop();
        } catch (RuntimeException e) {
            LOG.warn("stopping: {}", rootMessage(e));
        }
        listen.socket().ifPresent(socket -> {
            try {
                Files.deleteIfExists(socket);
            } catch (IOException e) {
                LOG.warn("{}: {}", socket, e.getMessage());
            }
        });
    }

    /** What the HTTP server refuses by itself, before there is a route. */
    private static final class ProblemAnswers extends ErrorHandler {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = response.getStatus();
            ProblemKind kind = ProblemKind.ofStatus(status);
            Object message = request.getAttribute(ERROR_MESSAGE);
            response.setStatus(kind.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            String detail = message == null ? "HTTP " + status : Printable.of(message.toString());
            byte[] body = ApiJson.write(kind.with(detail, Optional.empty()));
            response.write(true, ByteBuffer.wrap(body), callback);
            return true;
        }
    }
}
