package dev.lamella.client;

/** What a caller may do. None includes another; {@link #ADMIN} includes both others. */
public enum Scope {
    /** Submit images, cancel and retry jobs, say which images a node shows. */
    SUBMIT,
    /** See images, layers, jobs, nodes and numbers. */
    READ,
    /** Delete images, collect garbage, make tokens, see who did what. */
    ADMIN;

    /** Returns whether who has this may do what needs another. */
    public boolean includes(Scope wanted) {
        return this == wanted || this == ADMIN;
    }
}
