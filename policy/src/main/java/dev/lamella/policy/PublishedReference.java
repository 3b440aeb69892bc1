package dev.lamella.policy;

import dev.lamella.oci.Reference;
import java.time.Instant;
import java.util.Set;

/**
 * A reference in the store, as retention sees it.
 *
 * @param reference the reference
 * @param publishedAt when it was pointed at its image last
 * @param users the nodes that show it
 * @param deletedAtRegistry whether the registry has said that it is gone there
 */
public record PublishedReference(
        Reference reference, Instant publishedAt, Set<String> users, boolean deletedAtRegistry) {

    /** Copies the set. */
    public PublishedReference {
        users = Set.copyOf(users);
    }
}
