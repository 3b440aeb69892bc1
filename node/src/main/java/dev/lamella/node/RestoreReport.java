package dev.lamella.node;

import java.util.List;

/**
 * What was found, and done, when the mounts of all shown layers were looked after.
 *
 * @param mounted number of layers that are mounted now
 * @param remounted how many of them were not before
 * @param waiting number of layers that are mounted when somebody walks into them
 * @param taken how many of those were mounted before, and not used for a while
 * @param failures one line for each layer that cannot be mounted
 */
public record RestoreReport(int mounted, int remounted, int waiting, int taken, List<String> failures) {
    /** Copies the list. */
    public RestoreReport {
        failures = List.copyOf(failures);
    }

    /** The report of a node that mounts all layers. */
    RestoreReport(int mounted, int remounted, List<String> failures) {
        this(mounted, remounted, 0, 0, failures);
    }
}
