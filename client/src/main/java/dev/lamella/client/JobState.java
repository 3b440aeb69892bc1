package dev.lamella.client;

/** Where a job is. */
public enum JobState {
    /** Waits for its turn. */
    QUEUED,
    /** A generator works at it. */
    RUNNING,
    /** Failed, and waits for the next attempt. */
    RETRYING,
    /** The image is in the store, or gone from it, as it was asked for. */
    SUCCEEDED,
    /** Failed for good; somebody may have it tried again. */
    FAILED,
    /** Ended because somebody said so. */
    CANCELLED;

    /** Returns whether nothing more happens by itself. */
    public boolean isFinal() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }
}
