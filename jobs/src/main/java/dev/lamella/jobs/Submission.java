package dev.lamella.jobs;

/**
 * What became of one request.
 *
 * @param job the job that does it
 * @param kind whether it is a new one
 */
public record Submission(Job job, Kind kind) {

    /** Whether a job is new. */
    public enum Kind {
        /** A new job. */
        NEW,
        /** The job that the same submitter got for the same idempotency key. */
        REPEATED,
        /** A job that waits already and does the same. */
        JOINED
    }
}
