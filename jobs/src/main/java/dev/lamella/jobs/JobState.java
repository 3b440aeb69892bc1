package dev.lamella.jobs;

import java.util.Arrays;
import java.util.List;

/** Where a job stands. */
public enum JobState {
    /** Waits for its turn. */
    QUEUED,
    /** A generator is at it. */
    RUNNING,
    /** An attempt failed, or its generator died; the job runs again at {@link JobTimes#nextAttempt()}. */
    RETRYING,
    /** Done. */
    SUCCEEDED,
    /** Given up: a dead letter. Its {@link JobFailure} says why. */
    FAILED,
    /** Cancelled by somebody. */
    CANCELLED;

    /** Returns whether nothing more will happen to the job by itself. */
    public boolean hasEnded() {
        return switch (this) {
            case QUEUED, RUNNING, RETRYING -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    /** Returns the states of jobs that have not ended. */
    static List<JobState> unfinished() {
        return Arrays.stream(values()).filter(state -> !state.hasEnded()).toList();
    }
}
