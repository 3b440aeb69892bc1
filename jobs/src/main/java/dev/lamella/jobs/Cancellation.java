package dev.lamella.jobs;

/** What became of a wish to cancel a job. */
public enum Cancellation {
    /** It waited, and will not run. */
    CANCELLED,
    /** It runs, and its generator will interrupt it within about a second. */
    REQUESTED,
    /** It had ended. */
    TOO_LATE,
    /** There is no such job. */
    UNKNOWN
}
