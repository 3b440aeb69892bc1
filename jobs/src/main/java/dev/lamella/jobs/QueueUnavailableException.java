package dev.lamella.jobs;

import java.io.Serial;

/**
 * The database could not be reached within {@link DatabaseLimits}. What was asked for was not done, or at least not confirmed: ask again,
 * with the same idempotency key.
 */
public final class QueueUnavailableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    QueueUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
