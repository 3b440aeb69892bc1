package dev.lamella.service;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who has signed in to the page. Sessions are kept in memory: they end with the service, and with the token that they were begun with.
 * Their names are kept as hashes, as those of tokens. Thread-safe.
 */
final class Sessions {

    private static final int NAME_BYTES = 32;

    private final int sessionsMax;
    private final Duration time;
    private final Tokens tokens;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> byHash = new LinkedHashMap<>();

    /**
     * A session.
     *
     * @param tokenHash the hash of the token it was begun with; none if a certificate or the socket says who it is
     * @param csrf what its forms must hold
     * @param ends when it ends
     */
    record Session(Optional<String> tokenHash, String csrf, Instant ends) {}

    /**
     * A session that was just begun.
     *
     * @param name what its cookie holds
     * @param session the session
     */
    record Begun(String name, Session session) {}

    Sessions(ServiceLimits.Http limits, Tokens tokens) {
        this.sessionsMax = limits.sessions();
        this.time = limits.sessionTime();
        this.tokens = tokens;
    }

    /** Begins a session; the oldest one ends if there are too many. */
    synchronized Begun begin(Optional<String> tokenHash) {
        var session = new Session(tokenHash, random(), Instant.now().plus(time));
        String name = random();
        byHash.put(Tokens.hash(name), session);
        if (byHash.size() > sessionsMax) {
            byHash.remove(byHash.keySet().iterator().next());
        }
        return new Begun(name, session);
    }

    /** Returns a session that has not ended. */
    synchronized Optional<Session> find(String name) {
        String hash = Tokens.hash(name);
        Session session = byHash.get(hash);
        if (session != null && session.ends().isBefore(Instant.now())) {
            byHash.remove(hash);
            return Optional.empty();
        }
        return Optional.ofNullable(session);
    }

    /** Returns whose session it is; nobody's if its token has ended. */
    Optional<Principal> principal(Session session) {
        return session.tokenHash().flatMap(tokens::findByHash);
    }

    synchronized void end(String name) {
        byHash.remove(Tokens.hash(name));
    }

    private String random() {
        byte[] bytes = new byte[NAME_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
