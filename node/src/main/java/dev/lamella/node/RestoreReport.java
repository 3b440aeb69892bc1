package dev.lamella.node;

import java.util.List;

/**
 * What was found when the mounts of all shown layers were made again.
 *
 * @param mounted number of layers that are mounted now
 * @param remounted how many of them were not before
 * @param failures one line for each layer that cannot be mounted
 */
public record RestoreReport(int mounted, int remounted, List<String> failures) {
    /** Copies the list. */
    public RestoreReport {
        failures = List.copyOf(failures);
    }
}
