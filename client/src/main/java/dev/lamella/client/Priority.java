package dev.lamella.client;

/** Which jobs go first. Those of the same priority take turns by repository. */
public enum Priority {
    /** When there is nothing else to do. */
    LOW,
    /** As webhooks ask for it. */
    NORMAL,
    /** Somebody waits. */
    HIGH
}
