package dev.lamella.door;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.Descriptor;
import dev.lamella.oci.IndexManifest;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Under which name an image is known that is asked for by its digest: engines ask for an index by its tag, and a moment later for one of its
 * manifests by digest. Bounded in time and number. Thread-safe.
 */
final class RecentIndexes {

    private final int entriesMax;
    private final long keptMillis;
    private final LongSupplier nowMillis;
    private final LinkedHashMap<Child, Known> entries = new LinkedHashMap<>();

    private record Child(String repository, Digest digest) {}

    private record Known(Name name, long sinceMillis) {}

    /**
     * What to call an image.
     *
     * @param reference the index's name
     * @param platform which image of the index; without it the reference is the image itself
     */
    record Name(Reference reference, Optional<Platform> platform) {}

    RecentIndexes(int entriesMax, long keptMillis, LongSupplier nowMillis) {
        this.entriesMax = entriesMax;
        this.keptMillis = keptMillis;
        this.nowMillis = nowMillis;
    }

    /** Keeps the names of an index's images. A name with a tag stays if the same index is then asked for by its digest. */
    void add(Reference reference, IndexManifest index) {
        long now = nowMillis.getAsLong();
        synchronized (entries) {
            for (Descriptor manifest : index.manifests()) {
                // Without a platform the node could not choose it again.
                if (manifest.platform().isEmpty()) {
                    continue;
                }
                var child = new Child(reference.name(), manifest.digest());
                Name name = keptName(child, reference, now).orElse(new Name(reference, manifest.platform()));
                // Removed first, so that the order of the map is that of the times.
                entries.remove(child);
                entries.put(child, new Known(name, now));
            }
            var oldest = entries.values().iterator();
            while (oldest.hasNext()) {
                boolean fresh = isFresh(oldest.next(), now);
                if (fresh && entries.size() <= entriesMax) {
                    break;
                }
                oldest.remove();
            }
        }
    }

    /** Returns the name with a tag that an image has already and keeps. */
    private Optional<Name> keptName(Child child, Reference reference, long now) {
        return reference.tag().isPresent()
                ? Optional.empty()
                : Optional.ofNullable(entries.get(child))
                        .filter(known -> isFresh(known, now)
                                && known.name.reference().tag().isPresent())
                        .map(Known::name);
    }

    private boolean isFresh(Known known, long now) {
        return now - known.sinceMillis < keptMillis;
    }

    /** Returns under which name to ask for an image. */
    Name nameOf(Reference reference) {
        var plain = new Name(reference, Optional.empty());
        if (reference.digest().isEmpty()) {
            return plain;
        }
        synchronized (entries) {
            var child = new Child(reference.name(), reference.digest().get());
            return Optional.ofNullable(entries.get(child))
                    .filter(known -> isFresh(known, nowMillis.getAsLong()))
                    .map(Known::name)
                    .orElse(plain);
        }
    }

    int size() {
        synchronized (entries) {
            return entries.size();
        }
    }
}
