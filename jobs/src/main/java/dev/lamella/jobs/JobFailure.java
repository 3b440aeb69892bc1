package dev.lamella.jobs;

/**
 * Why an attempt failed.
 *
 * @param kind of what kind
 * @param message what was wrong, at most 4000 characters
 */
public record JobFailure(FailureKind kind, String message) {

    /** The longest message that is kept. */
    static final int MESSAGE_LENGTH_MAX = 4000;

    /** Cuts what is too long. */
    public JobFailure {
        message = Texts.keepable(message, MESSAGE_LENGTH_MAX);
    }
}
