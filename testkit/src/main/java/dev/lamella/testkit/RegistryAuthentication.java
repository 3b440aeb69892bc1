package dev.lamella.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Who may ask a {@link TestRegistry}, and the tokens it gave out. */
final class RegistryAuthentication {

    /** How requests must authenticate. */
    enum Scheme {
        NONE,
        BASIC,
        BEARER
    }

    private final Map<String, String> users = new ConcurrentHashMap<>();
    private final Set<String> identityTokens = ConcurrentHashMap.newKeySet();
    private final Map<String, String> scopes = new ConcurrentHashMap<>();
    private final AtomicInteger serial = new AtomicInteger();
    volatile Scheme scheme = Scheme.NONE;
    volatile boolean anonymousTokens;
    volatile long expiresInSeconds = 300;

    void addUser(String name, String password) {
        users.put(name, password);
    }

    void addIdentityToken(String token) {
        identityTokens.add(token);
    }

    void expireTokens() {
        scopes.clear();
    }

    boolean allows(@Nullable String authorization, String repository) {
        return switch (scheme) {
            case NONE -> true;
            case BASIC -> knows(authorization);
            case BEARER ->
                authorization != null
                        && authorization.startsWith("Bearer ")
                        && scopes.getOrDefault(authorization.substring("Bearer ".length()), "-")
                                .contains(repository.isEmpty() ? "" : "repository:" + repository + ":pull");
        };
    }

    String challenge(String base, String repository) {
        if (scheme == Scheme.BASIC) {
            return "Basic realm=\"test \\\"registry\\\"\"";
        }
        String scope = repository.isEmpty() ? "" : ",scope=\"repository:" + repository + ":pull\"";
        return "Bearer realm=\"" + base + "/token\",service=\"test,registry\"" + scope;
    }

    HttpAnswer token(HttpRequest request) {
        Map<String, String> parameters = request.parameters();
        String authorization = request.headers().get("authorization");
        boolean known = request.method().equals("POST")
                ? identityTokens.contains(parameters.getOrDefault("refresh_token", ""))
                : knows(authorization) || (authorization == null && anonymousTokens);
        if (!known) {
            return HttpAnswer.text(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who are you\"}]}");
        }
        String token = "token-" + serial.incrementAndGet();
        scopes.put(token, parameters.getOrDefault("scope", ""));
        String name = request.method().equals("POST") ? "access_token" : "token";
        return HttpAnswer.text(200, "{\"%s\":\"%s\",\"expires_in\":%d}".formatted(name, token, expiresInSeconds));
    }

    private boolean knows(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Basic ")) {
            return false;
        }
        String pair = new String(
                Base64.getDecoder().decode(authorization.substring("Basic ".length())), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        return colon >= 0 && pair.substring(colon + 1).equals(users.get(pair.substring(0, colon)));
    }
}
