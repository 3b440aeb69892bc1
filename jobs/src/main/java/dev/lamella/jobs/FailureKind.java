package dev.lamella.jobs;

/** Kinds of failures. */
public enum FailureKind {
    /** Something that may pass, such as a registry that does not answer. Tried again until the attempts are used up. */
    TEMPORARY,
    /** Something that will not pass, such as an image that does not exist ({@link PermanentFailureException}). Not tried again. */
    PERMANENT,
    /** Something that is not allowed ({@link Outcome.Rejected}). Not tried again. */
    REJECTED,
    /** The attempt took longer than {@link WorkerLimits#runMillisMax()}. Tried again. */
    TIMED_OUT,
    /** The generator died or could not reach the database for too long. Tried again. */
    GENERATOR_LOST
}
