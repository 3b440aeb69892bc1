package dev.lamella.jobs;

import java.util.List;

/**
 * How far a job is.
 *
 * @param receivedBytes compressed bytes that came from the registry, layers that were there already left out
 * @param totalBytes compressed bytes to come in all, 0 while that is unknown
 * @param layers the layers, from the base; empty while they are unknown, and in lists of jobs ({@link JobQueue#list})
 */
public record JobProgress(long receivedBytes, long totalBytes, List<LayerProgress> layers) {

    /** Nothing is known yet. */
    public static final JobProgress NONE = new JobProgress(0, 0, List.of());

    /** Copies the list. */
    public JobProgress {
        layers = List.copyOf(layers);
    }
}
