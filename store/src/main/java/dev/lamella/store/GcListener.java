package dev.lamella.store;

/** Hears what a garbage collection decides, as it goes. Called by the thread that runs it. */
public interface GcListener {

    /** Hears nothing. */
    GcListener NONE = new GcListener() {};

    /**
     * Something stays.
     *
     * @param name a digest
     */
    default void kept(GcKind kind, String name, GcReason reason) {}

    /** Something goes later, if nobody needs it until then. */
    default void waiting(GcReport.Waiting waiting) {}

    /** Something has gone; in a dry run, would go. */
    default void removed(GcReport.Removed removed) {}

    /** Something is not as it should be, and keeps what it might need from being removed. */
    default void problem(String problem) {}
}
