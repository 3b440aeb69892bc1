package dev.lamella.jobs;

/** What a job does with its reference. */
public enum JobAction {
    /** Publishes the image. */
    PUBLISH,
    /** Takes the image out of the store. */
    DELETE
}
