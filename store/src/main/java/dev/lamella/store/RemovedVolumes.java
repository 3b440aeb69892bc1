package dev.lamella.store;

import dev.lamella.filetree.Digest;
import java.util.List;

/**
 * What became of volumes that were to be removed. Those that were not there are in none of the lists.
 *
 * @param removed they are gone
 * @param inUse they stay, since an image has them
 * @param leased they stay, since a lease names them, or one that cannot be read might
 */
public record RemovedVolumes(List<Digest> removed, List<Digest> inUse, List<Digest> leased) {

    /** Copies the lists. */
    public RemovedVolumes {
        removed = List.copyOf(removed);
        inUse = List.copyOf(inUse);
        leased = List.copyOf(leased);
    }
}
