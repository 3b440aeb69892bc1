package dev.lamella.store;

import dev.lamella.filetree.Digest;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What of a store is needed, and by whom, at one look. Immutable. */
final class Needs {

    private final Found found;
    private final Set<Digest> byReference = new HashSet<>();
    private final Set<Digest> byLease = new HashSet<>();
    private final Set<Digest> byAnyImage = new HashSet<>();

    /**
     * What was found.
     *
     * @param images the layers of each image that can be read, of those that were taken out, too
     * @param withdrawn the images that were taken out
     * @param unreadable the images that cannot be read
     * @param referenced the images that references point at
     * @param leasedImages the images that leases name
     * @param leasedLayers the volumes that leases name
     * @param allReferences whether all references could be read
     * @param allLeases whether all leases could be read
     */
    record Found(
            Map<Digest, Set<Digest>> images,
            Set<Digest> withdrawn,
            Set<Digest> unreadable,
            Set<Digest> referenced,
            Set<Digest> leasedImages,
            Set<Digest> leasedLayers,
            boolean allReferences,
            boolean allLeases) {}

    Needs(Found found) {
        this.found = found;
        byLease.addAll(found.leasedLayers());
        found.images().forEach((image, layers) -> {
            if (found.referenced().contains(image)) {
                byReference.addAll(layers);
            }
            if (found.leasedImages().contains(image)) {
                byLease.addAll(layers);
            }
            boolean stays = !found.withdrawn().contains(image) || ofImage(image).isPresent();
            if (stays) {
                byAnyImage.addAll(layers);
            }
        });
    }

    /** Returns whether everything could be read. */
    boolean isSure() {
        return found.allReferences() && found.allLeases() && found.unreadable().isEmpty();
    }

    /** Returns why an image stays, if it does. */
    Optional<GcReason> ofImage(Digest manifestDigest) {
        if (found.referenced().contains(manifestDigest)) {
            return Optional.of(GcReason.REFERENCE);
        }
        if (found.leasedImages().contains(manifestDigest)) {
            return Optional.of(GcReason.LEASE);
        }
        boolean sure = found.allReferences()
                && found.allLeases()
                && !found.unreadable().contains(manifestDigest);
        return sure ? Optional.empty() : Optional.of(GcReason.UNSURE);
    }

    /**
     * Returns why a volume stays, if it does. One that only images without a reference need does not; but it goes after them, see {@link
     * #isOfAnyImage}.
     */
    Optional<GcReason> ofVolume(Digest diffId) {
        if (byReference.contains(diffId)) {
            return Optional.of(GcReason.REFERENCE);
        }
        if (byLease.contains(diffId)) {
            return Optional.of(GcReason.LEASE);
        }
        boolean sure = found.unreadable().isEmpty() && found.allLeases();
        boolean mayBeReferenced = byAnyImage.contains(diffId) && !found.allReferences();
        return sure && !mayBeReferenced ? Optional.empty() : Optional.of(GcReason.UNSURE);
    }

    /** Returns whether an image has this layer that is there, with a reference or without, or will be put back. */
    boolean isOfAnyImage(Digest diffId) {
        return byAnyImage.contains(diffId);
    }

    /** Returns the layers of an image; none if it cannot be read. */
    Set<Digest> layersOf(Digest manifestDigest) {
        return found.images().getOrDefault(manifestDigest, Set.of());
    }

    /** Returns whether a lease names an image, or may. */
    boolean isLeasedImage(Digest manifestDigest) {
        return !found.allLeases() || found.leasedImages().contains(manifestDigest);
    }

    /** Returns whether a lease needs a volume, or may. */
    boolean isLeasedVolume(Digest diffId) {
        return !found.allLeases() || byLease.contains(diffId);
    }
}
