package dev.lamella.service;

import dev.lamella.client.ApiJson;
import dev.lamella.client.Scope;
import dev.lamella.jobs.IdempotencyConflictException;
import dev.lamella.jobs.QueueFullException;
import dev.lamella.jobs.QueueUnavailableException;
import dev.lamella.oci.Printable;
import dev.lamella.store.StoreBusyException;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests by the table of routes: who asks, what is answered, and what becomes of failures. Thread-safe. */
final class Front {

    private static final Logger LOG = LoggerFactory.getLogger(Front.class);
    private static final String PROBLEM_TYPE = "application/problem+json";
    private static final Principal NOBODY = new Principal("nobody", Set.of());
    static final Duration BUSY = Duration.ofSeconds(5);

    /** What goes with every answer, of the page or not. */
    private static final Map<String, String> SECURITY_HEADERS = Map.of(
            "X-Content-Type-Options",
            "nosniff",
            "X-Frame-Options",
            "DENY",
            "Referrer-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Content-Security-Policy",
            "default-src 'none'; frame-ancestors 'none'",
            "Cache-Control",
            "no-store");

    private final Guard guard;
    private final ServiceMetrics metrics;
    private final ServiceLimits.Http limits;

    Front(Guard guard, ServiceMetrics metrics, ServiceLimits.Http limits) {
        this.guard = guard;
        this.metrics = metrics;
        this.limits = limits;
    }

    /** Comes before everything else. */
    void before(Context context) throws ProblemException {
        SECURITY_HEADERS.forEach(context::header);
        if (context.header("X-HTTP-Method-Override") != null) {
            throw ProblemException.badRequest("X-HTTP-Method-Override is not understood");
        }
        if (context.req().getMethod().equals("HEAD")) {
            throw new ProblemException(ProblemKind.METHOD_NOT_ALLOWED, "HEAD is not answered; use GET");
        }
    }

    /** Answers a request for a route. */
    void answer(Route route, Context context) throws Exception {
        long start = System.nanoTime();
        try {
            Principal who = switch (route.access()) {
                case Access.Needs(Scope scope) -> guard.require(context, scope);
                // The page tells people where to sign in, and webhooks prove themselves in their own ways.
                case Access.Open _, Access.ByItself _, Access.Page _ -> NOBODY;
            };
            write(context, route.handler().answer(new Call(context, who, limits.bodyBytes())));
        } catch (Exception e) {
            problem(context, e);
        } finally {
            metrics.request(
                    route.method(), route.path(), context.statusCode(), Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private static void write(Context context, Answer answer) {
        switch (answer) {
            case Answer.Json(int status, Object document) ->
                context.status(status).contentType("application/json").result(ApiJson.write(document));
            case Answer.Text(int status, Map<String, String> headers, String text) -> {
                context.status(status);
                headers.forEach(context::header);
                context.result(text);
            }
            case Answer.File file -> {
                file.headers().forEach(context::header);
                context.result(file.content().toByteArray());
            }
            case Answer.Done _ -> context.status(204);
            case Answer.Streamed _ -> {
                // Written and done.
            }
            case Answer.SeeOther(String path) -> context.status(303).header("Location", path);
        }
    }

    /** Answers with what went wrong: the one place that knows all families of exceptions. */
    void problem(Context context, Exception thrown) {
        ProblemException problem = switch (thrown) {
            case ProblemException e -> e;
            case QueueUnavailableException _ ->
                new ProblemException(ProblemKind.UNAVAILABLE, "the database of the queue does not answer", BUSY);
            case QueueFullException e -> new ProblemException(ProblemKind.UNAVAILABLE, said(e), BUSY);
            case IdempotencyConflictException e -> new ProblemException(ProblemKind.NOT_ACCEPTABLE_STATE, said(e));
            case StoreBusyException e -> new ProblemException(ProblemKind.UNAVAILABLE, said(e), BUSY);
            case HttpResponseException e -> new ProblemException(ProblemKind.ofStatus(e.getStatus()), said(e));
            default -> {
                LOG.error("{} {}: {}", context.req().getMethod(), context.path(), thrown.toString(), thrown);
                yield new ProblemException(ProblemKind.INTERNAL, "the log of the generator says what");
            }
        };
        if (problem.kind().status() >= 500 && thrown != problem) {
            LOG.warn("{} {}: {}", context.req().getMethod(), context.path(), thrown.toString());
        }
        if (context.res().isCommitted()) {
            return;
        }
        passOverBody(context);
        SECURITY_HEADERS.forEach(context::header);
        problem.retryAfter()
                .ifPresent(wait -> context.header("Retry-After", Long.toString(Math.max(1, wait.toSeconds()))));
        if (problem.kind() == ProblemKind.UNAUTHENTICATED) {
            context.header("WWW-Authenticate", "Bearer realm=\"lamella\"");
        }
        context.status(problem.kind().status())
                .contentType(PROBLEM_TYPE)
                .result(ApiJson.write(
                        problem.kind().with(problem.detail(), Optional.of(Printable.of(context.path())))));
    }

    /**
     * Reads what is left of the body. A connection that is closed while some of it is on its way is reset, and then the sender never sees why it was
     * refused. What is larger than allowed, or is sent only when asked for, is left.
     */
    private void passOverBody(Context context) {
        if (context.req().getContentLengthLong() > limits.bodyBytes() || context.header("Expect") != null) {
            return;
        }
        try {
            context.req().getInputStream().skip(limits.bodyBytes());
        } catch (IOException e) {
            LOG.debug("{} {}: the body ended: {}", context.req().getMethod(), context.path(), e.getMessage());
        }
    }

    private static String said(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
