package dev.lamella.jobs;

/** Whether a request may be answered with a job that waits already and does the same. */
public enum Joining {
    /** Every request becomes a job. */
    NEVER,
    /** A request joins the newest unfinished job of its reference, if that waits for its first attempt, does the same and is as urgent. */
    QUEUED
}
