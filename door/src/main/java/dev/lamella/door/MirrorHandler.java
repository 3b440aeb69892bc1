package dev.lamella.door;

import dev.lamella.oci.ForwardAnswer;
import dev.lamella.oci.ForwardRequest;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Registry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a mirror's requests, each in a thread of its own. */
final class MirrorHandler extends Handler.Abstract {

    private static final Logger LOG = LoggerFactory.getLogger(MirrorHandler.class);
    private static final String UID = MirrorHandler.class.getName() + ".uid";
    private static final Set<String> LOOPBACK_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

    /** What of a request is handed on. Nothing that authenticates: it is meant for this address and not for another. */
    private static final List<String> HANDED_ON =
            List.of("Accept", "If-None-Match", "If-Modified-Since", "If-Range", "Range");

    private final Upstreams upstreams;
    private final ManifestPreparer preparer;
    private final LoopbackPeer peers;
    private final MirrorMetrics metrics;
    private final Semaphore places;

    MirrorHandler(
            Upstreams upstreams,
            ManifestPreparer preparer,
            LoopbackPeer peers,
            MirrorMetrics metrics,
            MirrorLimits limits) {
        this.upstreams = upstreams;
        this.preparer = preparer;
        this.peers = peers;
        this.metrics = metrics;
        this.places = new Semaphore(limits.requests());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        // The node may be waited for longer than a connection may be idle.
        request.addIdleTimeoutListener(_ -> false);
        var answer = new MirrorAnswer(request, response, metrics);
        boolean admitted = places.tryAcquire();
        String kind = "other";
        try {
            if (admitted) {
                kind = answer(request, answer);
            } else {
                answer.header("Retry-After", "1");
                answer.error(503, "TOOMANYREQUESTS", "more requests at once than the mirror takes");
            }
            callback.succeeded();
        } catch (IOException | RuntimeException e) {
            // Half an answer has gone out, or nobody is there to take it: the connection is cut.
            LOG.debug("{}: cut off: {}", request.getHttpURI(), e.getMessage());
            callback.failed(e);
        } finally {
            if (admitted) {
                places.release();
            }
            metrics.answered(kind, response.getStatus());
        }
        return true;
    }

    /** Answers, and returns the kind of request. */
    private String answer(Request request, MirrorAnswer answer) throws IOException {
        String path = request.getHttpURI().getPath();
        if (!isForUs(request)) {
            // A web page could else have a browser read private images through a name that it points at this address.
            answer.error(421, "DENIED", "this is a mirror for the engines of this machine, at 127.0.0.1");
            return "other";
        }
        if (!Set.of("GET", "HEAD").contains(request.getMethod())) {
            answer.header("Allow", "GET, HEAD");
            answer.error(405, "UNSUPPORTED", "a mirror answers GET and HEAD only");
            return "other";
        }
        switch (path == null ? "" : path) {
            case "/healthz", "/readyz" -> answer.text(200, "text/plain", "ok\n");
            case "/metrics" -> answer.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
            case "/v2", "/v2/" -> {
                answer.header("Docker-Distribution-Api-Version", "registry/2.0");
                answer.text(200, "application/json", "{}");
            }
            case String asked -> {
                return mirrored(request, MirrorPath.parse(asked), answer);
            }
        }
        return "own";
    }

    private String mirrored(Request request, MirrorPath path, MirrorAnswer answer) throws IOException {
        if (comesFromUs(request)) {
            answer.error(508, "UNSUPPORTED", "asked by Lamella itself, which would wait for itself");
            return "loop";
        }
        return switch (path) {
            case MirrorPath.Wrong(int status, String code, String message) -> {
                answer.error(status, code, message);
                yield "malformed";
            }
            case MirrorPath.Target target -> {
                forward(request, target, answer);
                yield target.kind().word();
            }
        };
    }

    private void forward(Request request, MirrorPath.Target target, MirrorAnswer answer) throws IOException {
        OptionalInt uid = uid(request);
        try (Upstreams.Lease upstream = upstreams.open(uid, target.repository());
                ForwardAnswer original = upstream.registry().forward(handedOn(request, target))) {
            if (original.status() == 401 || original.status() == 403) {
                // Told to authenticate here, an engine might ask its user for a password; told there is nothing, it
                // goes on.
                answer.error(404, target.unknown(), "the registry wants credentials that this user does not have");
                return;
            }
            byte[] start = new byte[0];
            if (target.kind() == MirrorPath.Kind.MANIFESTS && !answer.isHead() && original.status() == 200) {
                start = preparer.prepare(target.repository(), original, uid);
            }
            answer.pass(original, target, start);
        } catch (OciException e) {
            refuse(target, e, answer);
        } catch (IOException e) {
            if (answer.isCommitted()) {
                throw e;
            }
            answer.error(502, "UNAVAILABLE", "the registry's answer broke off: " + e.getMessage());
        }
    }

    private static void refuse(MirrorPath.Target target, OciException e, MirrorAnswer answer) throws IOException {
        String said = String.valueOf(e.getMessage());
        LOG.debug("{}: {}", target.repository(), said);
        switch (e.kind()) {
            case UNAUTHORIZED, FORBIDDEN, NOT_FOUND -> answer.error(404, target.unknown(), said);
            case BLOCKED -> answer.error(403, "DENIED", said);
            case MALFORMED_REFERENCE -> answer.error(400, "NAME_INVALID", said);
            case RATE_LIMITED -> answer.error(429, "TOOMANYREQUESTS", said);
            case UNAVAILABLE, TLS, WRONG_ANSWER, MALFORMED, UNSUPPORTED -> answer.error(502, "UNAVAILABLE", said);
            case CONFIGURATION -> answer.error(500, "UNAVAILABLE", said);
        }
    }

    private static ForwardRequest handedOn(Request request, MirrorPath.Target target) throws OciException {
        var headers = new HashMap<String, String>();
        for (String name : HANDED_ON) {
            List<String> values = request.getHeaders().getValuesList(name);
            if (!values.isEmpty()) {
                headers.put(name, String.join(", ", values));
            }
        }
        String query = request.getHttpURI().getQuery();
        boolean takesQuery = target.kind() == MirrorPath.Kind.TAGS || target.kind() == MirrorPath.Kind.REFERRERS;
        String resource = target.resource() + (query != null && takesQuery ? "?" + query : "");
        return ForwardRequest.of(request.getMethod().equals("HEAD"), resource, Map.copyOf(headers));
    }

    private static boolean isForUs(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        return host == null
                || LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", ""))
                || host.matches("127(\\.\\d{1,3}){3}(:\\d+)?");
    }

    private static boolean comesFromUs(Request request) {
        return request.getHeaders().getValuesList(HttpHeader.VIA).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(hop -> hop.strip().endsWith(" " + Registry.VIA_NAME));
    }

    /** The user at the other end, looked for once in a connection's life. */
    private OptionalInt uid(Request request) {
        var connection = request.getConnectionMetaData();
        if (connection.getAttribute(UID) instanceof OptionalInt known) {
            return known;
        }
        OptionalInt uid = connection.getRemoteSocketAddress() instanceof InetSocketAddress client
                        && connection.getLocalSocketAddress() instanceof InetSocketAddress server
                ? peers.uid(client, server)
                : OptionalInt.empty();
        connection.setAttribute(UID, uid);
        return uid;
    }
}
