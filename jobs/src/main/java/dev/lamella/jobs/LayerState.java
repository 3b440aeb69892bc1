package dev.lamella.jobs;

/** Where a layer of a job stands. */
public enum LayerState {
    /** Its turn has not come. */
    WAITING,
    /** Being downloaded and built. */
    RUNNING,
    /** Published by this job. */
    PUBLISHED,
    /** It was in the store before. */
    PRESENT,
    /** It could not be published. */
    FAILED
}
