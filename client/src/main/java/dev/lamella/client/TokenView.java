package dev.lamella.client;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A token, without its secret, which the generator does not know either.
 *
 * @param name what it is for; no two have the same
 * @param scopes what its bearer may do
 * @param created when it was made
 * @param expires when it ends; never if not set
 * @param lastUsed when it was used last, to the minute
 */
public record TokenView(
        String name, Set<Scope> scopes, Instant created, Optional<Instant> expires, Optional<Instant> lastUsed) {

    /** Copies the set. */
    public TokenView {
        scopes = Set.copyOf(scopes);
    }
}
