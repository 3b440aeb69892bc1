package dev.lamella.jobs;

/** What an attempt can tell and ask while it runs. Thread-safe, never blocks, never fails. */
public interface JobContext {

    /** Says how far the job is. As often as wanted: the newest is written about twice in a second. */
    void progress(JobProgress progress);

    /** Returns whether the attempt should end: cancelled, out of time, or the generator stops. Its thread is interrupted as well. */
    boolean isCancelled();
}
