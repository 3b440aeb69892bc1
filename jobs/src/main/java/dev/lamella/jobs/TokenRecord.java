package dev.lamella.jobs;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A token as it is kept: not the token itself, only a hash.
 *
 * @param name its name, by which it is shown and revoked; at most 200 characters
 * @param hash the hash, in the form its maker chose; at most 200 characters
 * @param scopes what it allows
 * @param created when it was made
 * @param expires when it ends to hold
 * @param lastUsed when it was used last, to the minute
 */
public record TokenRecord(
        String name,
        String hash,
        Set<String> scopes,
        Instant created,
        Optional<Instant> expires,
        Optional<Instant> lastUsed) {

    /** Copies the set. */
    public TokenRecord {
        scopes = Set.copyOf(scopes);
    }

    /** Leaves the hash out. */
    @Override
    public String toString() {
        return "TokenRecord[name=%s, scopes=%s, created=%s, expires=%s]".formatted(name, scopes, created, expires);
    }
}
