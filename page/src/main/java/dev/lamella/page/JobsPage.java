package dev.lamella.page;

import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.Listing;
import java.util.Map;
import java.util.Optional;

/**
 * The content of the list of jobs.
 *
 * @param state only jobs in this state are listed
 * @param search what was searched for, empty if nothing
 * @param counts how many jobs there are in each state
 * @param jobs the part of the list to show
 */
public record JobsPage(Optional<JobState> state, String search, Map<JobState, Long> counts, Listing<JobView> jobs) {

    /** Copies the map. */
    public JobsPage {
        counts = Map.copyOf(counts);
    }

    long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
