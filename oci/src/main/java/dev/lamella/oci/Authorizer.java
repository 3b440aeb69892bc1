package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers the challenges of one endpoint: with a password, or with a token that it gets from the server the challenge names, and keeps
 * until shortly before it expires. Thread-safe; one thread at a time asks for a token.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">Token authentication</a>
 */
final class Authorizer {

    private static final long LIFE_SECONDS_DEFAULT = 60;
    private static final long LIFE_SECONDS_MAX = 86_400;
    private static final long EARLY_MILLIS = 5_000;
    private static final String CLIENT_ID = "lamella";

    private final Endpoint endpoint;
    private final HttpExchange http;
    private final CredentialSource source;
    private final RegistryLimits limits;
    private final Pauses pauses;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<Header> current = Optional.empty();

    /** Where credentials come from when a challenge asks for them. */
    @FunctionalInterface
    interface CredentialSource {
        Optional<Credentials> get() throws IOException;
    }

    private record Header(String value, long expiresMillis) {}

    Authorizer(Endpoint endpoint, HttpExchange http, CredentialSource source, RegistryLimits limits, Pauses pauses) {
        this.endpoint = endpoint;
        this.http = http;
        this.source = source;
        this.limits = limits;
        this.pauses = pauses;
    }

    /** Returns the Authorization header to begin with. */
    Optional<String> header() {
        lock.lock();
        try {
            return current.filter(header -> header.expiresMillis > pauses.nowMillis())
                    .map(Header::value);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Answers a challenge.
     *
     * @param used the header that was refused
     * @param base where the challenge came from
     * @throws OciException if it cannot be answered
     */
    String answer(List<AuthChallenge> challenges, Optional<String> used, URI base) throws IOException {
        lock.lock();
        try {
            Optional<String> there = header();
            if (there.isPresent() && !there.equals(used)) {
                return there.get();
            }
            for (AuthChallenge challenge : challenges) {
                if (challenge.scheme().equals("bearer")) {
                    current = Optional.of(token(challenge, base));
                    return current.get().value;
                }
            }
            for (AuthChallenge challenge : challenges) {
                if (challenge.scheme().equals("basic")) {
                    return basic(used);
                }
            }
        } finally {
            lock.unlock();
        }
        throw new OciException(
                Kind.UNAUTHORIZED,
                "%s: asks for authentication, but neither by Basic nor by Bearer".formatted(endpoint.name()));
    }

    private String basic(Optional<String> used) throws IOException {
        Optional<Credentials> credentials = source.get();
        if (credentials.isEmpty()) {
            throw new OciException(
                    Kind.UNAUTHORIZED, "%s: wants credentials; %s".formatted(endpoint.name(), loginHint()));
        }
        if (!(credentials.get() instanceof Credentials.Password password)) {
            throw new OciException(
                    Kind.UNAUTHORIZED,
                    "%s: wants a password, there is only an identity token".formatted(endpoint.name()));
        }
        String value = password.basic();
        if (used.isPresent() && used.get().equals(value)) {
            throw refused("the credentials of user \"%s\"".formatted(password.user()));
        }
        current = Optional.of(new Header(value, Long.MAX_VALUE));
        return value;
    }

    private OciException refused(String what) {
        return new OciException(Kind.UNAUTHORIZED, "%s: refuses %s; %s".formatted(endpoint.name(), what, loginHint()));
    }

    private String loginHint() {
        return "'podman login %s' or --credentials gives them".formatted(endpoint.registry());
    }

    private Header token(AuthChallenge challenge, URI base) throws IOException {
        URI realm = realm(challenge.parameter("realm").orElse(""), base);
        Optional<Credentials> credentials = source.get();
        String scope = challenge.parameter("scope").orElse("repository:" + endpoint.repository() + ":pull");
        String query = "service=" + encoded(challenge.parameter("service").orElse("")) + "&scope=" + encoded(scope);
        long askedMillis = pauses.nowMillis();
        HttpResponse<BodyInput> answer;
        if (credentials.orElse(null) instanceof Credentials.IdentityToken(String token)) {
            String form = "grant_type=refresh_token&client_id=%s&%s&refresh_token=%s"
                    .formatted(CLIENT_ID, query, encoded(token));
            answer = http.post(realm, form);
        } else {
            Optional<String> authorization = credentials
                    .filter(Credentials.Password.class::isInstance)
                    .map(known -> ((Credentials.Password) known).basic());
            char joint = realm.getRawQuery() == null ? '?' : '&';
            answer = http.get(URI.create(realm + String.valueOf(joint) + query), Map.of(), authorization);
        }
        try (BodyInput body = answer.body()) {
            int status = answer.statusCode();
            if (status != 200) {
                throw tokenRefused(
                        realm, status, ErrorBody.describe(body.readNBytes(limits.errorBytes())), credentials);
            }
            return header(BoundedBody.read(body, limits.tokenBytes(), HttpExchange.shown(realm)), realm, askedMillis);
        }
    }

    private OciException tokenRefused(URI realm, int status, String said, Optional<Credentials> credentials) {
        String where = HttpExchange.shown(realm);
        if (status == 401 || status == 403 || status == 400) {
            String who = credentials
                    .map(known -> "refuses " + known.toString().replace(":***", ""))
                    .orElse("gives no token without credentials");
            return new OciException(
                    Kind.UNAUTHORIZED, "%s: %s (HTTP %d)%s; %s".formatted(where, who, status, said, loginHint()));
        }
        if (status == 429) {
            return new OciException(Kind.RATE_LIMITED, "%s: HTTP 429%s".formatted(where, said));
        }
        Kind kind = status >= 500 ? Kind.UNAVAILABLE : Kind.WRONG_ANSWER;
        return new OciException(kind, "%s: HTTP %d%s".formatted(where, status, said));
    }

    /** A token server without TLS may only be used by a registry without TLS: it is handed passwords. */
    private URI realm(String text, URI base) throws OciException {
        try {
            URI realm = URI.create(text);
            boolean safe = "https".equals(realm.getScheme())
                    || ("http".equals(realm.getScheme()) && (endpoint.insecure() || "http".equals(base.getScheme())));
            if (realm.getHost() != null && safe) {
                return realm;
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw new OciException(
                Kind.WRONG_ANSWER,
                "%s: its token server \"%s\" is not an https address".formatted(endpoint.name(), Printable.of(text)));
    }

    private static Header header(byte[] body, URI realm, long askedMillis) throws OciException {
        OciJson json = OciJson.parse(body, HttpExchange.shown(realm));
        Optional<String> token = json.longText("token").or(() -> json.longText("access_token"));
        if (token.isEmpty()) {
            throw new OciException(Kind.WRONG_ANSWER, HttpExchange.shown(realm) + ": the answer holds no token");
        }
        long seconds = json.has("expires_in")
                ? Math.clamp(json.integer("expires_in", Long.MIN_VALUE, Long.MAX_VALUE), 1, LIFE_SECONDS_MAX)
                : LIFE_SECONDS_DEFAULT;
        return new Header("Bearer " + token.get(), askedMillis + seconds * 1000 - EARLY_MILLIS);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
