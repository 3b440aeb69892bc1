package dev.lamella.store;

/** Why a garbage collection keeps or removes something. */
public enum GcReason {
    /** Kept: a reference points at the image, or at an image that needs the volume. */
    REFERENCE("a reference leads to it"),
    /** Kept: a lease names it, or an image that needs it. */
    LEASE("a lease needs it"),
    /** Kept: something cannot be read that might need it. */
    UNSURE("something that cannot be read might need it"),
    /** Waiting: nobody needs it, but not yet for the grace time. */
    GRACE("nobody needs it, but not yet for the grace time"),
    /** Removed: nobody has needed it for the grace time. */
    UNNEEDED("nobody has needed it for the grace time"),
    /** Removed: what it speaks of is gone. */
    GONE("what it speaks of is gone"),
    /** Removed: its time is over. */
    ENDED("it has ended"),
    /** Removed: its owner is dead. */
    ABANDONED("its owner is dead");

    private final String words;

    GcReason(String words) {
        this.words = words;
    }

    /** Returns the reason for people. */
    public String words() {
        return words;
    }
}
