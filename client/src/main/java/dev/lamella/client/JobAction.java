package dev.lamella.client;

/** What a job is to do. */
public enum JobAction {
    /** Put an image's layers into the store and point its reference at it. */
    PUBLISH,
    /** Take a reference out of the store. */
    DELETE
}
