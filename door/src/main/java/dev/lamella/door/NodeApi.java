package dev.lamella.door;

import dev.lamella.node.LayerInUseException;
import dev.lamella.node.NodeService;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectableChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The node's API: HTTP over a unix socket that every user of the machine may write to. Any of them may ask for an image, as any of them
 * may pull one; the rest is for root.
 *
 * <pre>
 * POST   /v1/hook         what the engine gives to its helper; answered when the layers are there, or the time box is over
 * POST   /v1/pulls        a {@link PullRequest}, answered with a {@link PullAnswer}
 * GET    /v1/images       the images shown
 * DELETE /v1/images/NAME  stops showing one; for root. 404 if it is not shown, 409 if an engine uses it, unless ?force=true
 * GET    /v1/status       what the node does
 * GET    /metrics         Prometheus' text format
 * GET    /healthz         200 while the process works
 * GET    /readyz          200 once images are shown, 503 before
 * </pre>
 */
public final class NodeApi implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeApi.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String IMAGES = "/v1/images/";
    private static final String NOT_READY = "the node is not ready; its log says why";
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int THREADS_MAX = 64;
    private static final int BACKLOG = 1024;
    private static final long IDLE_MILLIS = 900_000;
    private static final long STOP_MILLIS = 5_000;

    private final Path socket;
    private final Parts parts;
    private final Server server;

    /**
     * What the API gives access to. All are asked for anew by each request, so that they may be replaced.
     *
     * @param pulls looks after images; empty as long as it cannot work
     * @param node the machine's image store; empty as long as it cannot work
     * @param metrics what {@code /metrics} shows
     * @param status what {@code /v1/status} shows
     */
    public record Parts(
            Supplier<Optional<PullService>> pulls,
            Supplier<Optional<NodeService>> node,
            DoorMetrics metrics,
            Supplier<Status> status) {}

    /**
     * What the node says of itself.
     *
     * @param ready whether images are shown
     * @param facts names and values, in their order
     */
    public record Status(boolean ready, Map<String, Object> facts) {}

    private NodeApi(Path socket, Parts parts) {
        this.socket = socket;
        this.parts = parts;
        var threads = new QueuedThreadPool(THREADS_MAX);
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        threads.setDaemon(true);
        this.server = new Server(threads);
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setIdleTimeout(IDLE_MILLIS);
        var connector = new UnixDomainServerConnector(server, new HttpConnectionFactory(http));
        connector.setUnixDomainPath(socket);
        connector.setAcceptQueueSize(BACKLOG);
        server.addConnector(connector);
        server.setHandler(new Routes());
        server.setStopTimeout(STOP_MILLIS);
    }

    /**
     * Begins to answer.
     *
     * @param socket the socket's file; one that a dead node left is replaced
     * @throws IOException if the socket cannot be made
     */
    public static NodeApi start(Path socket, Parts parts) throws IOException {
        Path directory = socket.toAbsolutePath().getParent();
        if (directory != null && Files.notExists(directory)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.deleteIfExists(socket);
        var api = new NodeApi(socket.toAbsolutePath(), parts);
        try {
            api.server.start();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("%s: cannot be listened on: %s".formatted(socket, e.getMessage()), e);
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        return api;
    }

    /** Answers what has begun, for a few seconds, and ends. */
    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("{}: stopping: {}", socket, e.toString());
        }
        Files.deleteIfExists(socket);
    }

    private final class Routes extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            try {
                answer(request, response, callback);
            } catch (BadRequestException | OciException e) {
                respond(response, callback, 400, problem(e));
            } catch (LayerInUseException e) {
                respond(response, callback, 409, ImageMessages.inUse(e));
            } catch (InterruptedIOException _) {
                respond(response, callback, 503, problem("the node is stopping"));
            } catch (IOException e) {
                respond(response, callback, 500, problem(e));
            }
            return true;
        }

        private void answer(Request request, Response response, Callback callback) throws IOException {
            String path = Request.getPathInContext(request);
            String route = request.getMethod() + " " + path;
            if (request.getMethod().equals("DELETE") && path.startsWith(IMAGES)) {
                drop(request, path.substring(IMAGES.length()), response, callback);
                return;
            }
            switch (route) {
                case "POST /v1/hook" -> {
                    HookRequest hook = HookRequest.parse(body(request));
                    pull(
                            new PullRequest(hook.reference(), Optional.empty(), hook.credentials(), Door.HOOK),
                            response,
                            callback);
                }
                case "POST /v1/pulls" -> {
                    PullRequest pull = PullMessages.readRequest(body(request));
                    if (pull.door() == Door.COMMAND && !isOwner(request)) {
                        respond(response, callback, 403, problem("only root gives this command"));
                        return;
                    }
                    pull(pull, response, callback);
                }
                case "GET /v1/images" -> {
                    Optional<NodeService> node = parts.node().get();
                    if (node.isEmpty()) {
                        respond(response, callback, 503, problem(NOT_READY));
                        return;
                    }
                    byte[] list = ImageMessages.list(
                            node.get().shownImages(), node.get().shownLayers());
                    respond(response, callback, 200, list);
                }
                case "GET /v1/status" ->
                    respond(
                            response,
                            callback,
                            200,
                            JSON.writeValueAsBytes(parts.status().get().facts()));
                case "GET /healthz" -> respond(response, callback, 200, new byte[0]);
                case "GET /readyz" ->
                    respond(response, callback, parts.node().get().isPresent() ? 200 : 503, new byte[0]);
                case "GET /metrics" -> {
                    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
                    byte[] text = parts.metrics().scrape().getBytes(StandardCharsets.UTF_8);
                    Content.Sink.write(response, true, ByteBuffer.wrap(text));
                    callback.succeeded();
                }
                default -> respond(response, callback, 404, problem("no such thing here: " + route));
            }
        }
    }

    private void pull(PullRequest request, Response response, Callback callback) throws InterruptedIOException {
        Optional<PullService> service = parts.pulls().get();
        if (service.isEmpty()) {
            respond(response, callback, 503, problem(NOT_READY));
            return;
        }
        respond(response, callback, 200, PullMessages.write(service.get().pull(request)));
    }

    private void drop(Request request, String name, Response response, Callback callback) throws IOException {
        if (!isOwner(request)) {
            respond(response, callback, 403, problem("only root drops images"));
            return;
        }
        String reference = Reference.parse(name).toString();
        boolean force = isForced(request);
        Optional<NodeService> node = parts.node().get();
        if (node.isEmpty()) {
            respond(response, callback, 503, problem(NOT_READY));
        } else if (node.get().hide(reference, force)) {
            LOG.info("{}: dropped as asked{}", reference, force ? ", by force" : "");
            respond(response, callback, 200, ImageMessages.dropped(reference));
        } else {
            respond(response, callback, 404, problem(reference + " is not shown"));
        }
    }

    private static boolean isForced(Request request) throws BadRequestException {
        String query = Optional.ofNullable(request.getHttpURI().getQuery()).orElse("");
        return switch (query) {
            case "", "force=false" -> false;
            case "force=true" -> true;
            default -> throw new BadRequestException("?%s: expected force=true or force=false".formatted(query));
        };
    }

    private static byte[] body(Request request) throws IOException {
        try (var in = Content.Source.asInputStream(request)) {
            byte[] body = in.readNBytes(BODY_BYTES_MAX + 1);
            if (body.length > BODY_BYTES_MAX) {
                throw new BadRequestException("more than %d bytes".formatted(BODY_BYTES_MAX));
            }
            return body;
        }
    }

    /** Whether the other side is the user this node runs as. */
    private boolean isOwner(Request request) throws IOException {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        return endPoint instanceof SelectableChannelEndPoint selectable
                && selectable.getChannel() instanceof SocketChannel channel
                && channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(Files.getOwner(socket));
    }

    private static byte[] problem(Exception e) {
        return problem(String.valueOf(e.getMessage()));
    }

    private static byte[] problem(String message) {
        return JSON.writeValueAsBytes(Map.of("message", message));
    }

    private static void respond(Response response, Callback callback, int status, byte[] json) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(json), callback);
    }
}
