package dev.lamella.jobs;

/** What a job that was put aside waits for. */
enum WaitsFor {
    /** Nothing: it is in the line, or runs, or has ended. */
    NOTHING,
    /** As many jobs of its registry run as may. */
    REGISTRY,
    /** A job of the same reference has to end before. */
    REFERENCE
}
