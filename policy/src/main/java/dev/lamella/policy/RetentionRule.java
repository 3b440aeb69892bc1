package dev.lamella.policy;

import dev.lamella.oci.Reference;
import dev.lamella.oci.ReferencePattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How long references of some repositories are kept. Each of {@code keepLast} and {@code keepNewer} keeps what it covers; with neither,
 * references are dropped only because the registry deleted them.
 *
 * @param name what the rule is called in the configuration, for messages
 * @param repositories which repositories it is for
 * @param keepLast how many references of a repository are kept, the latest published ones
 * @param keepNewer references published within this time are kept
 * @param keepUsed whether what a node uses is kept, whatever else the rule says
 * @param dropDeleted whether what the registry deleted is dropped though it would be kept for its age or number
 */
public record RetentionRule(
        String name,
        List<ReferencePattern> repositories,
        OptionalInt keepLast,
        Optional<Duration> keepNewer,
        boolean keepUsed,
        boolean dropDeleted) {

    /** Checks the numbers and copies the list. */
    public RetentionRule {
        repositories = List.copyOf(repositories);
        if (keepLast.isPresent() && keepLast.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "%s: keep-last %d, expected at least 1".formatted(name, keepLast.getAsInt()));
        }
        if (keepNewer.isPresent()
                && (keepNewer.get().isNegative() || keepNewer.get().isZero())) {
            throw new IllegalArgumentException("%s: keep-newer %s, expected a time".formatted(name, keepNewer.get()));
        }
    }

    boolean isFor(Reference reference) {
        return repositories.stream().anyMatch(pattern -> pattern.matches(reference));
    }

    /** Returns whether references may be dropped because of their age or number. */
    boolean expires() {
        return keepLast.isPresent() || keepNewer.isPresent();
    }
}
