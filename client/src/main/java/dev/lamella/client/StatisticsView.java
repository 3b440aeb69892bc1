package dev.lamella.client;

import java.util.Map;

/**
 * The store and the queue in numbers.
 *
 * @param images of the store
 * @param layers of the store
 * @param storedBytes what the layers' tars and indexes take
 * @param imageBytes what they would take if every image had its own
 * @param jobs how many there are in each state; finished ones as long as they are kept
 * @param oldestQueuedSeconds how long the job waits that waits longest, 0 if none does
 * @param nodes that were seen in the last hour
 */
public record StatisticsView(
        long images,
        long layers,
        long storedBytes,
        long imageBytes,
        Map<JobState, Long> jobs,
        long oldestQueuedSeconds,
        int nodes) {

    /** Copies the map. */
    public StatisticsView {
        jobs = Map.copyOf(jobs);
    }

    /** Returns what sharing layers saves. */
    public long savedBytes() {
        return Math.max(0, imageBytes - storedBytes);
    }
}
