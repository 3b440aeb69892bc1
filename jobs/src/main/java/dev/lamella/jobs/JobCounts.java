package dev.lamella.jobs;

import java.util.EnumMap;
import java.util.Map;

/**
 * How many jobs there are in each state.
 *
 * @param byState every state with its number
 */
public record JobCounts(Map<JobState, Long> byState) {

    /** Adds the states that no job has. */
    public JobCounts {
        var all = new EnumMap<JobState, Long>(JobState.class);
        for (JobState state : JobState.values()) {
            all.put(state, byState.getOrDefault(state, 0L));
        }
        byState = Map.copyOf(all);
    }

    /** Returns how many jobs are in a state. */
    public long of(JobState state) {
        return byState.getOrDefault(state, 0L);
    }

    /** Returns how many jobs wait or run. */
    public long unfinished() {
        return of(JobState.QUEUED) + of(JobState.RUNNING) + of(JobState.RETRYING);
    }
}
