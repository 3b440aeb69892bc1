package dev.lamella.door;

import dev.lamella.filetree.Digest;
import java.util.Optional;

/**
 * What came of a {@link PullRequest} within its time box. Whatever it is, the engine's own pull works: it finds the layers in place, or
 * fetches them.
 *
 * @param outcome what came of it
 * @param reference the normalised reference
 * @param manifestDigest the image, as far as it was found
 * @param newLayers layers that were not shown before
 * @param waitedMillis how long the asker waited
 * @param message what went wrong or why nothing was done; empty when the layers are there
 */
public record PullAnswer(
        Outcome outcome,
        String reference,
        Optional<Digest> manifestDigest,
        int newLayers,
        long waitedMillis,
        String message) {

    /** The kinds of answers. */
    public enum Outcome {
        /** All layers were in the image store already. */
        HIT,
        /** The image was published, and its layers are in the image store now. */
        SHOWN,
        /** The image was published for this request, and its layers are in the image store now. */
        PUBLISHED,
        /** The time box is over, or nobody waits: it goes on, for the next time. */
        PENDING,
        /** The image is not published, and the policy says to leave it so. */
        MISS,
        /** The policy does not let this image through. */
        REFUSED,
        /** Something failed. */
        FAILED;

        /** Returns whether the layers are in place. */
        public boolean isInPlace() {
            return this == HIT || this == SHOWN || this == PUBLISHED;
        }
    }
}
