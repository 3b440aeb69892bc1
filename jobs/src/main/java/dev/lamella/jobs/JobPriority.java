package dev.lamella.jobs;

import java.util.Arrays;

/** How urgent a job is. All waiting jobs of a higher priority come first; within one, repositories take turns. */
public enum JobPriority {
    /** After everything else, such as the tags of a whole repository. */
    LOW(10),
    /** What a webhook or a user asks for. */
    NORMAL(20),
    /** What somebody waits for, such as a node. */
    HIGH(30);

    /** What is added when a pause between attempts is over: the job is looked at, and gets its new turn. */
    static final int PAUSE_OVER = 5;

    private final int rank;

    JobPriority(int rank) {
        this.rank = rank;
    }

    /** Returns its number in the database, which is db-scheduler's priority as well. */
    int rank() {
        return rank;
    }

    /** Returns the priority of a number. */
    static JobPriority ofRank(int rank) {
        return Arrays.stream(values())
                .filter(priority -> priority.rank == rank)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no priority has the rank " + rank));
    }
}
