package dev.lamella.jobs;

import java.util.Optional;

/** How an attempt ended that did not fail. */
public sealed interface Outcome {

    /**
     * What was asked for is done.
     *
     * @param manifestDigest of the image that was published
     */
    record Done(Optional<String> manifestDigest) implements Outcome {}

    /**
     * What was asked for is not allowed; it becomes a dead letter at once.
     *
     * @param reason what forbids it
     */
    record Rejected(String reason) implements Outcome {}

    /** Done, with nothing to name. */
    static Outcome done() {
        return new Done(Optional.empty());
    }

    /** Published. */
    static Outcome published(String manifestDigest) {
        return new Done(Optional.of(manifestDigest));
    }

    /** Not allowed. */
    static Outcome rejected(String reason) {
        return new Rejected(reason);
    }
}
