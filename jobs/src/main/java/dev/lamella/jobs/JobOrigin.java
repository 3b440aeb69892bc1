package dev.lamella.jobs;

import java.util.Optional;

/**
 * Who asked for a job, and how.
 *
 * @param source by which way: {@code api}, {@code webhook:NAME}, {@code page}; at most 200 characters
 * @param submittedBy the name of the token, user or webhook, never a secret; at most 200 characters
 * @param idempotencyKey the same key of the same submitter means the same job, as long as the job is kept; at most 200 characters
 */
public record JobOrigin(String source, String submittedBy, Optional<String> idempotencyKey) {

    /** Checks the texts. */
    public JobOrigin {
        Texts.check("source", source, 200);
        Texts.check("submittedBy", submittedBy, 200);
        idempotencyKey.ifPresent(text -> Texts.check("idempotencyKey", text, 200));
    }

    /** Returns an origin without idempotency key. */
    public static JobOrigin of(String source, String submittedBy) {
        return new JobOrigin(source, submittedBy, Optional.empty());
    }
}
