package dev.lamella.client;

/** How far a layer of a job is. */
public enum LayerState {
    /** Not begun. */
    WAITING,
    /** Being downloaded and built. */
    RUNNING,
    /** Downloaded, built and in the store. */
    DONE,
    /** Was in the store before: nothing was downloaded. */
    REUSED
}
