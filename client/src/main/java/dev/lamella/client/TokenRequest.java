package dev.lamella.client;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A token that is to be made.
 *
 * @param name what it is for, as the audit log shows it: a-z A-Z 0-9 . _ -, at most 100 of them; no two tokens have the same
 * @param scopes what its bearer may do, at least one
 * @param expires when it ends; never if not set
 */
public record TokenRequest(String name, Set<Scope> scopes, Optional<Instant> expires) {

    /** Copies the set. */
    public TokenRequest {
        scopes = Set.copyOf(scopes);
    }
}
