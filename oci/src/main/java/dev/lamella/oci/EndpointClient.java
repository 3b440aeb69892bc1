package dev.lamella.oci;

import dev.lamella.filetree.ByteString;
import dev.lamella.oci.OciException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks one endpoint for manifests and blobs, tries again what fails for a while. Thread-safe. */
final class EndpointClient implements AutoCloseable {

    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;

    /** {@code Link: </v2/NAME/tags/list?QUERY>; rel="next"}. */
    private static final Pattern NEXT_LINK = Pattern.compile(
            "<[^>?]*\\?([A-Za-z0-9._~%&=+:/-]{1,2048})>\\s*;\\s*rel=\"?next\"?", Pattern.CASE_INSENSITIVE);

    private final Endpoint endpoint;
    private final RegistryLimits limits;
    private final HttpExchange http;
    private final Authorizer authorizer;
    private final RetryPolicy retries;
    private volatile String scheme = "https";
    private volatile boolean schemeIsKnown;

    EndpointClient(Endpoint endpoint, EngineConfig config, Optional<Credentials> given, Pauses pauses)
            throws IOException {
        this.endpoint = endpoint;
        this.limits = config.limits();
        this.http = new HttpExchange(config.tls(endpoint), config.proxies(), limits, endpoint.insecure());
        Authorizer.CredentialSource source = () -> given.isPresent() ? given : config.credentials(endpoint);
        this.authorizer = new Authorizer(endpoint, http, source, limits, pauses);
        this.retries = new RetryPolicy(limits, pauses);
    }

    Endpoint endpoint() {
        return endpoint;
    }

    RetryPolicy retries() {
        return retries;
    }

    /** A whole body. */
    record Document(ByteString content, String mediaType) {}

    /** Gets a manifest by tag or digest. */
    Document manifest(String version) throws IOException {
        return document("manifests/" + version, Map.of("Accept", MediaTypes.ACCEPT), limits.manifestBytes());
    }

    /** A part of the list of tags, and the query that asks for the next part. */
    record TagPage(List<String> tags, Optional<String> next) {}

    /**
     * Gets a part of the repository's tags.
     *
     * @param query what the part before said, or {@code n=COUNT} to begin with
     */
    TagPage tags(String query, int tagsMax) throws IOException {
        String path = "tags/list?" + query;
        return retries.run(() -> {
            HttpResponse<BodyInput> answer = get(path, Map.of("Accept", "application/json"));
            String what = shown(answer);
            try (BodyInput body = answer.body()) {
                OciJson list = OciJson.parse(BoundedBody.read(body, limits.manifestBytes(), what), what);
                return new TagPage(
                        list.texts("tags", tagsMax), nextQuery(answer.headers().allValues("Link")));
            }
        });
    }

    /** Only the query of a link is followed, so that no registry leads elsewhere. */
    private static Optional<String> nextQuery(List<String> links) {
        for (String link : links) {
            Matcher next = NEXT_LINK.matcher(link);
            if (next.find()) {
                return Optional.of(next.group(1));
            }
        }
        return Optional.empty();
    }

    /** Gets a blob that fits into memory. */
    Document smallBlob(Descriptor blob) throws IOException {
        return document("blobs/" + blob.digest(), Map.of(), limits.configBytes());
    }

    /** Gets a file from anywhere, without credentials; empty if there is none. */
    Optional<ByteString> file(URI address, int bytesMax) throws IOException {
        return retries.run(() -> {
            HttpResponse<BodyInput> answer = http.get(address, Map.of(), Optional.empty());
            int status = answer.statusCode();
            if (status == NOT_FOUND) {
                answer.body().close();
                return Optional.empty();
            }
            if (status != 200) {
                throw failure(answer, status);
            }
            try (BodyInput body = answer.body()) {
                return Optional.of(ByteString.of(BoundedBody.read(body, bytesMax, shown(answer))));
            }
        });
    }

    private Document document(String path, Map<String, String> headers, int bytesMax) throws IOException {
        return retries.run(() -> {
            HttpResponse<BodyInput> answer = get(path, headers);
            try (BodyInput body = answer.body()) {
                byte[] content = BoundedBody.read(body, bytesMax, HttpExchange.shown(answer.uri()));
                return new Document(
                        ByteString.of(content),
                        answer.headers().firstValue("Content-Type").orElse(""));
            }
        });
    }

    /** Asks for a blob once, from an offset on; the caller closes the body and skips what it has if the answer is the whole blob. */
    HttpResponse<BodyInput> blob(Descriptor blob, long offset) throws IOException {
        Map<String, String> headers = offset == 0 ? Map.of() : Map.of("Range", "bytes=%d-".formatted(offset));
        return get("blobs/" + blob.digest(), headers);
    }

    /** Sends a request once and returns whatever is answered, but for challenges; the caller closes the body. */
    HttpResponse<BodyInput> forward(ForwardRequest request) throws IOException {
        return exchange(
                request.resource(), new HttpExchange.Ask(request.method(), request.headers(), BodyInput.BATCHES_FEW));
    }

    /** Sends a request, answers a challenge, and returns only answers of success. */
    private HttpResponse<BodyInput> get(String path, Map<String, String> headers) throws IOException {
        HttpResponse<BodyInput> answer = exchange(path, new HttpExchange.Ask("GET", headers, BodyInput.BATCHES_MANY));
        int status = answer.statusCode();
        if (status == 200 || status == 206) {
            return answer;
        }
        throw failure(answer, status);
    }

    /** Sends a request and answers challenges. */
    private HttpResponse<BodyInput> exchange(String path, HttpExchange.Ask ask) throws IOException {
        Optional<String> authorization = authorizer.header();
        HttpResponse<BodyInput> answer = send(path, ask, authorization);
        // Twice: a token may expire between two requests, then new credentials are asked for.
        for (int left = 2; answer.statusCode() == UNAUTHORIZED && left > 0; left--) {
            var challenges = AuthChallenge.parse(answer.headers().allValues("WWW-Authenticate"));
            String said = errorText(answer);
            if (challenges.isEmpty()) {
                throw new OciException(
                        Kind.UNAUTHORIZED,
                        "%s: HTTP 401 without saying how to authenticate%s".formatted(shown(answer), said));
            }
            String next = authorizer.answer(challenges, authorization, answer.uri());
            if (authorization.isPresent() && authorization.get().equals(next)) {
                throw new OciException(Kind.UNAUTHORIZED, "%s: HTTP 401%s".formatted(shown(answer), said));
            }
            authorization = Optional.of(next);
            answer = send(path, ask, authorization);
        }
        return answer;
    }

    /** An insecure registry may speak HTTP: that is tried when TLS does not work, and then kept to. */
    private HttpResponse<BodyInput> send(String path, HttpExchange.Ask ask, Optional<String> authorization)
            throws IOException {
        // Another request may find it out while this one is under way.
        boolean wasKnown = schemeIsKnown;
        try {
            HttpResponse<BodyInput> answer = http.send(ask, uri(scheme, path), authorization);
            schemeIsKnown = true;
            return answer;
        } catch (OciException e) {
            boolean noTls = e.kind() == Kind.TLS
                    || e.getCause() instanceof ConnectException
                    || (e.kind() == Kind.UNAVAILABLE && !wasKnown);
            if (!endpoint.insecure() || wasKnown || !noTls) {
                throw e;
            }
            HttpResponse<BodyInput> answer;
            try {
                answer = http.send(ask, uri("http", path), authorization);
            } catch (OciException plain) {
                plain.addSuppressed(e);
                throw plain;
            }
            scheme = "http";
            schemeIsKnown = true;
            return answer;
        }
    }

    private URI uri(String wantedScheme, String path) {
        return URI.create("%s://%s/v2/%s/%s".formatted(wantedScheme, endpoint.host(), endpoint.repository(), path));
    }

    private OciException failure(HttpResponse<BodyInput> answer, int status) throws IOException {
        OptionalLong wait = answer.headers()
                .firstValue("Retry-After")
                .map(retries::retryAfterMillis)
                .orElse(OptionalLong.empty());
        String said = "%s: HTTP %d%s".formatted(shown(answer), status, errorText(answer));
        Kind kind = switch (status) {
            case 401 -> Kind.UNAUTHORIZED;
            case 403 -> Kind.FORBIDDEN;
            case 404, 410 -> Kind.NOT_FOUND;
            case 429 -> Kind.RATE_LIMITED;
            case 408, 425 -> Kind.UNAVAILABLE;
            default -> status >= 500 ? Kind.UNAVAILABLE : Kind.WRONG_ANSWER;
        };
        String hint = wait.isPresent() ? "; it asks to wait %d s".formatted(wait.getAsLong() / 1000) : "";
        return new OciException(kind, said + hint, wait);
    }

    private static String shown(HttpResponse<BodyInput> answer) {
        return HttpExchange.shown(answer.uri());
    }

    private String errorText(HttpResponse<BodyInput> answer) throws IOException {
        try (BodyInput body = answer.body()) {
            return ErrorBody.describe(body.readNBytes(limits.errorBytes()));
        } catch (java.io.InterruptedIOException e) {
            throw e;
        } catch (IOException _) {
            return "";
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
