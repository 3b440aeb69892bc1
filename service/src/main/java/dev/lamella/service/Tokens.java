package dev.lamella.service;

import dev.lamella.client.NewToken;
import dev.lamella.client.Scope;
import dev.lamella.client.TokenRequest;
import dev.lamella.client.TokenView;
import dev.lamella.jobs.TokenRecord;
import dev.lamella.jobs.TokenStore;
import dev.lamella.oci.Printable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * Bearer tokens. A secret is 256 random bits, so its SHA-256 is all that need be kept: nobody can guess what to hash, and a slow hash
 * would only slow down those who have it. What the database says of a hash is believed for a few seconds; a token that was revoked holds
 * for as long in the other generators. Thread-safe.
 */
final class Tokens {

    private static final String PREFIX = "lamella_";
    private static final int SECRET_BYTES = 32;
    private static final int SECRET_CHARS_MAX = 200;
    private static final String NAME = "[A-Za-z0-9._-]{1,100}";
    private static final int KNOWN_MAX = 10_000;
    private static final Duration BELIEVED = Duration.ofSeconds(5);

    private final TokenStore store;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentMap<String, Known> known = new ConcurrentHashMap<>();

    private record Known(Optional<TokenRecord> token, Instant since) {}

    Tokens(TokenStore store) {
        this.store = store;
    }

    /** Makes a token. */
    NewToken create(TokenRequest request) throws ProblemException {
        if (!request.name().matches(NAME)) {
            throw ProblemException.badRequest(
                    "name: \"%s\", expected 1 to 100 of A-Z a-z 0-9 . _ -".formatted(Printable.of(request.name())));
        }
        if (request.scopes().isEmpty()) {
            throw ProblemException.badRequest("scopes: none; a token without any would be of no use");
        }
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        if (request.expires().isPresent() && !request.expires().get().isAfter(now)) {
            throw ProblemException.badRequest("expires: in the past");
        }
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var record = new TokenRecord(
                request.name(),
                hash(secret),
                request.scopes().stream().map(Scope::name).collect(Collectors.toSet()),
                now,
                request.expires(),
                Optional.empty());
        if (!store.add(record)) {
            throw new ProblemException(
                    ProblemKind.NOT_ACCEPTABLE_STATE,
                    "name: there is a token %s; take another name, or revoke it".formatted(request.name()));
        }
        return new NewToken(view(record), secret);
    }

    /** Returns who has a secret; nobody if it is unknown, revoked or has expired. */
    Optional<Principal> find(String secret) {
        return secret.length() > SECRET_CHARS_MAX ? Optional.empty() : findByHash(hash(secret));
    }

    /** Returns whose token has a hash. */
    Optional<Principal> findByHash(String hash) {
        Instant now = Instant.now();
        Known entry = known.get(hash);
        if (entry == null || entry.since().plus(BELIEVED).isBefore(now)) {
            entry = new Known(store.find(hash), now);
            if (known.size() >= KNOWN_MAX) {
                known.clear();
            }
            known.put(hash, entry);
        }
        Optional<TokenRecord> valid = entry.token()
                .filter(token ->
                        token.expires().isEmpty() || token.expires().get().isAfter(now));
        valid.ifPresent(store::used);
        return valid.map(token -> Principal.token(token.name(), scopes(token)));
    }

    List<TokenView> list() {
        return store.list().stream().map(Tokens::view).toList();
    }

    /** Ends a token; returns whether there was one. */
    boolean revoke(String name) {
        boolean was = store.revoke(name);
        known.clear();
        return was;
    }

    private static Set<Scope> scopes(TokenRecord token) {
        return token.scopes().stream().map(Scope::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static TokenView view(TokenRecord token) {
        return new TokenView(token.name(), scopes(token), token.created(), token.expires(), token.lastUsed());
    }

    static String hash(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
