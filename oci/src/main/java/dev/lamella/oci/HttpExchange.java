package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Sends single requests and follows redirections, without ever handing credentials to another host. Thread-safe. */
final class HttpExchange implements AutoCloseable {

    private static final String AGENT = "lamella/0.1";

    /** Lets a mirror of this project see that it is asked by one of its own, which would wait for itself. */
    private static final String VIA = "1.1 " + Registry.VIA_NAME;

    private final HttpClient client;
    private final RegistryLimits limits;
    private final boolean insecure;

    HttpExchange(SSLContext tls, ProxySelector proxies, RegistryLimits limits, boolean insecure) {
        this.limits = limits;
        this.insecure = insecure;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(limits.connectMillis()))
                .sslContext(tls)
                .proxy(proxies)
                .build();
    }

    /** Gets something; the caller closes the answer's body. */
    HttpResponse<BodyInput> get(URI uri, Map<String, String> headers, Optional<String> authorization)
            throws IOException {
        return send(new Ask("GET", headers, BodyInput.BATCHES_MANY), uri, authorization);
    }

    /** What is asked of an address, and how much of the answer may lie ready. */
    record Ask(String method, Map<String, String> headers, int batchesMax) {}

    /** Gets something, or only its head; the caller closes the answer's body. */
    HttpResponse<BodyInput> send(Ask ask, URI uri, Optional<String> authorization) throws IOException {
        URI target = uri;
        for (int redirects = 0; ; redirects++) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(target).method(ask.method, HttpRequest.BodyPublishers.noBody());
            ask.headers.forEach(request::header);
            if (sameOrigin(uri, target)) {
                authorization.ifPresent(value -> request.header("Authorization", value));
            }
            HttpResponse<BodyInput> answer = send(request, ask.batchesMax);
            int status = answer.statusCode();
            Optional<String> location = answer.headers().firstValue("Location");
            if (status < 301 || status > 308 || status == 304 || location.isEmpty()) {
                return answer;
            }
            answer.body().close();
            if (redirects >= limits.redirects()) {
                throw new OciException(
                        Kind.WRONG_ANSWER,
                        "%s: redirected more than %d times".formatted(shown(uri), limits.redirects()));
            }
            target = redirected(target, location.get());
        }
    }

    /** Posts a form. */
    HttpResponse<BodyInput> post(URI uri, String form) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        return send(request, BodyInput.BATCHES_MANY);
    }

    private URI redirected(URI from, String location) throws OciException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException _) {
            throw new OciException(
                    Kind.WRONG_ANSWER,
                    "%s: redirected to \"%s\", which is no address".formatted(shown(from), Printable.of(location)));
        }
        String scheme = String.valueOf(to.getScheme());
        boolean weaker = scheme.equals("http") && "https".equals(from.getScheme()) && !insecure;
        if (to.getHost() == null || weaker || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new OciException(
                    Kind.WRONG_ANSWER, "%s: redirected to %s, which is not followed".formatted(shown(from), shown(to)));
        }
        return to;
    }

    private static boolean sameOrigin(URI a, URI b) {
        return a.getScheme().equalsIgnoreCase(b.getScheme())
                && a.getHost().equalsIgnoreCase(b.getHost())
                && a.getPort() == b.getPort();
    }

    private HttpResponse<BodyInput> send(HttpRequest.Builder builder, int batchesMax) throws IOException {
        HttpRequest request = builder.header("User-Agent", AGENT)
                .header("Via", VIA)
                .timeout(Duration.ofMillis(limits.answerMillis()))
                .build();
        String what = shown(request.uri());
        try {
            return client.send(request, _ -> new BodyInput(limits.stallMillis(), batchesMax));
        } catch (SSLException e) {
            throw new OciException(Kind.TLS, "%s: TLS failed: %s%s".formatted(what, reason(e), tlsHint(request)), e);
        } catch (HttpTimeoutException e) {
            throw new OciException(Kind.UNAVAILABLE, "%s: no answer in time".formatted(what), e);
        } catch (ConnectException e) {
            boolean unknownHost =
                    e.getCause() instanceof UnresolvedAddressException || e.getCause() instanceof UnknownHostException;
            throw new OciException(
                    Kind.UNAVAILABLE,
                    "%s: %s".formatted(what, unknownHost ? "unknown host" : "cannot connect: " + reason(e)),
                    e);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw new OciException(Kind.UNAVAILABLE, "%s: the connection broke off: %s".formatted(what, reason(e)), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + what);
        }
    }

    private static String tlsHint(HttpRequest request) {
        return "; put its CA into certs.d/%s, or call it insecure in registries.conf"
                .formatted(request.uri().getAuthority());
    }

    private static String reason(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isEmpty()
                ? thrown.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                : Printable.of(message);
    }

    /** Leaves the query out, in which storage behind registries puts signatures. */
    static String shown(URI uri) {
        return "%s://%s%s".formatted(uri.getScheme(), uri.getAuthority(), uri.getRawPath());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
