package dev.lamella.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job.
 *
 * @param id of the job, a UUID
 * @param action what it is to do
 * @param state where it is
 * @param reference the image, normalised, with its registry and a tag or digest
 * @param platform which image of an index, as {@code linux/arm64}
 * @param priority which jobs go first
 * @param source who asked: {@code api}, {@code webhook:NAME}
 * @param submittedBy the name of the token, certificate or local user
 * @param times when what happened
 * @param attempts how often it was begun
 * @param attemptsMax after so many it has failed for good
 * @param generator the name of the generator that works or worked at it
 * @param manifestDigest of the image, once it is known
 * @param error why the last attempt failed, or the job was refused
 * @param layers of the image, once they are known; empty in lists
 */
public record JobView(
        String id,
        JobAction action,
        JobState state,
        String reference,
        String platform,
        Priority priority,
        String source,
        String submittedBy,
        Times times,
        int attempts,
        int attemptsMax,
        Optional<String> generator,
        Optional<String> manifestDigest,
        Optional<String> error,
        List<LayerProgress> layers) {

    /** Copies the list. */
    public JobView {
        layers = List.copyOf(layers);
    }

    /**
     * When what happened.
     *
     * @param submitted when the job was accepted
     * @param started when the last attempt began
     * @param ended when it reached a final state
     * @param nextAttempt when it is tried again
     */
    public record Times(
            Instant submitted, Optional<Instant> started, Optional<Instant> ended, Optional<Instant> nextAttempt) {}

    /** Returns the bytes of all layers' blobs. */
    public long sizeBytes() {
        return layers.stream().mapToLong(LayerProgress::sizeBytes).sum();
    }

    /** Returns the bytes of blobs that are received or were not needed. */
    public long receivedBytes() {
        return layers.stream()
                .mapToLong(layer -> layer.state() == LayerState.REUSED ? layer.sizeBytes() : layer.receivedBytes())
                .sum();
    }
}
