package dev.lamella.jobs;

import java.io.Serial;
import java.util.UUID;

/** A submitter used an idempotency key again for something else; none of the submission was taken. */
public final class IdempotencyConflictException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final transient UUID existing;

    IdempotencyConflictException(String key, UUID existing) {
        super("idempotency key %s belongs to job %s, which wants something else; take a new key"
                .formatted(key, existing));
        this.existing = existing;
    }

    /** Returns the job that has the key. */
    public UUID existing() {
        return existing;
    }
}
