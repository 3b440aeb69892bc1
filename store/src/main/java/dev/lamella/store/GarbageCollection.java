package dev.lamella.store;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Removes from a store what no reference leads to and no lease needs, and nobody has needed for the grace time. {@code
 * docs/garbage-collection.md} tells how it gets along with publishers, nodes and other collections. It may be killed at any moment: the next
 * one goes on.
 */
public final class GarbageCollection {

    /** As long as a machine may not see what another has written: NFS remembers names for up to a minute. */
    private static final Duration SETTLE_SHARED = Duration.ofSeconds(90);

    private static final Set<String> LOCAL_FILE_SYSTEMS = Set.of(
            "bcachefs",
            "btrfs",
            "ext2",
            "ext3",
            "ext4",
            "f2fs",
            "jfs",
            "overlay",
            "ramfs",
            "reiserfs",
            "tmpfs",
            "xfs",
            "zfs");

    private final StoreFiles files;
    private final GcOptions options;
    private final Instant now;
    private final GcTally tally;
    private final CollectedArea images;
    private final CollectedArea volumes;
    private final DirectoryLeases leases;
    private final NeedsReader reader;

    private GarbageCollection(StoreFiles files, GcOptions options, GcTally tally, Instant now) {
        this.files = files;
        this.options = options;
        this.now = now;
        this.tally = tally;
        this.images = new CollectedArea(files, GcKind.IMAGE, files.layout().images());
        this.volumes = new CollectedArea(files, GcKind.VOLUME, files.layout().volumes());
        this.leases = new DirectoryLeases(files, options.limits().leases());
        this.reader = new NeedsReader(files, leases, now, tally::problem);
    }

    /**
     * Collects. While it waits for what was taken out to settle, and while it deletes, others publish.
     *
     * @param store opened for writing, unless it is a dry run
     * @param listener hears what becomes of what
     * @throws StoreBusyException if another collection runs, or others hold the store's lock too long; try again later
     * @throws IncompleteStoreException if a part of the store is away; nothing was changed
     * @throws IOException if the storage fails; what was taken out until then is put back or deleted by the next collection
     */
    public static GcReport run(DirectoryStore store, GcOptions options, GcListener listener) throws IOException {
        if (options.dryRun()) {
            return run(store, options, listener, Instant.now());
        }
        store.files().signer();
        return run(store, options, listener, store.files().now());
    }

    /** Collects at a time that is given. */
    static GcReport run(DirectoryStore store, GcOptions options, GcListener listener, Instant now) throws IOException {
        var tally = new GcTally(listener);
        var collection = new GarbageCollection(store.files(), options, tally, now);
        StoreVersion.require(store.files().layout());
        if (options.dryRun()) {
            collection.foretell();
            return tally.report(now, true);
        }
        if (Files.notExists(store.files().layout().collection())) { // a store that was made by an earlier version
            Draft.makeDirectories(store.root(), store.files().layout().leases());
            Draft.makeDirectories(store.root(), store.files().layout().collection());
        }
        try (StoreLock _ = collection.lock()) {
            collection.collect();
        }
        for (String draft : store.cleanUp()) {
            tally.removed(new GcReport.Removed(GcKind.DRAFT, draft, 0, GcReason.ABANDONED));
        }
        return tally.report(now, false);
    }

    private StoreLock lock() throws IOException {
        return StoreLock.take(
                files.layout().collectionLock(), files.config().limits().lockWaitMillis());
    }

    /** Says what a collection would do, and changes nothing. */
    private void foretell() throws IOException {
        GcSelection.Due due = select();
        var away = new Away(new TreeSet<>(images.withdrawn()), new TreeSet<>(volumes.withdrawn()));
        keepNeeded(away, due.needs(), (_, _) -> {});
        away.images.addAll(due.images());
        away.volumes.addAll(due.volumes());
        sweepRecords(away, due.needs());
        tellRemoved(images, away.images);
        tellRemoved(volumes, away.volumes);
    }

    /** What is out of its place, or going to be. */
    private record Away(TreeSet<Digest> images, TreeSet<Digest> volumes) {
        boolean isEmpty() {
            return images.isEmpty() && volumes.isEmpty();
        }
    }

    private void collect() throws IOException {
        var away = new Away(new TreeSet<>(images.withdrawn()), new TreeSet<>(volumes.withdrawn()));
        if (!away.isEmpty()) {
            Needs _ = putBackNeeded(away);
        }
        GcSelection.Due due = select();
        // Images first: as long as one is there, all its volumes are.
        away.images.addAll(withdraw(images, due.images(), (latest, image) -> latest.ofImage(image)));
        away.volumes.addAll(withdraw(volumes, due.volumes(), GarbageCollection::ofAnyImage));
        Needs needs = due.needs();
        if (!away.isEmpty()) {
            settle();
            needs = putBackNeeded(away);
        }
        sweepRecords(away, needs);
        delete(images, away.images);
        delete(volumes, away.volumes);
    }

    private GcSelection.Due select() throws IOException {
        return new GcSelection(images, volumes, tally, options, now).select(reader);
    }

    /** Like {@link Needs#ofVolume}, with all images that are there, since none may be without its volumes. */
    private static Optional<GcReason> ofAnyImage(Needs needs, Digest volume) {
        Optional<GcReason> reason = needs.ofVolume(volume);
        return reason.isEmpty() && needs.isOfAnyImage(volume) ? Optional.of(GcReason.GRACE) : reason;
    }

    /** Takes out, some at a time and each time with a fresh look, what still nobody needs. */
    private List<Digest> withdraw(
            CollectedArea area, List<Digest> due, BiFunction<Needs, Digest, Optional<GcReason>> needed)
            throws IOException {
        var withdrawn = new ArrayList<Digest>();
        for (List<Digest> batch : batches(due)) {
            try (StoreLock _ = files.lock()) {
                Needs latest = reader.look();
                var unneeded = new ArrayList<Digest>();
                for (Digest digest : batch) {
                    Optional<GcReason> reason = needed.apply(latest, digest);
                    reason.ifPresentOrElse(
                            why -> tally.kept(area.kind(), digest.toString(), why), () -> unneeded.add(digest));
                }
                withdrawn.addAll(area.withdraw(unneeded));
            }
        }
        return withdrawn;
    }

    private List<List<Digest>> batches(Collection<Digest> digests) {
        var list = List.copyOf(digests);
        var batches = new ArrayList<List<Digest>>();
        for (int from = 0; from < list.size(); from += options.limits().batchMax()) {
            batches.add(list.subList(
                    from, Math.min(list.size(), from + options.limits().batchMax())));
        }
        return batches;
    }

    private void settle() throws IOException {
        Duration settle = options.limits().settle().orElse(isLocal() ? Duration.ZERO : SETTLE_SHARED);
        try {
            Thread.sleep(settle);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted; the next garbage collection goes on");
        }
    }

    private boolean isLocal() throws IOException {
        return LOCAL_FILE_SYSTEMS.contains(
                Files.getFileStore(files.layout().root()).type());
    }

    /** Puts back what somebody needs now: he looked before it was taken out, and was seen only afterwards. */
    private Needs putBackNeeded(Away away) throws IOException {
        try (StoreLock _ = files.lock()) {
            Needs needs = reader.look();
            keepNeeded(away, needs, CollectedArea::putBack);
            return needs;
        }
    }

    /** What is done with something that is needed. */
    @FunctionalInterface
    private interface Keeping {
        void keep(CollectedArea area, Digest digest) throws IOException;
    }

    /** Volumes first, so that no image is without its own. */
    private void keepNeeded(Away away, Needs needs, Keeping keeping) throws IOException {
        for (Digest volume : List.copyOf(away.volumes)) {
            if (ofAnyImage(needs, volume).isPresent()) {
                keeping.keep(volumes, volume);
                away.volumes.remove(volume);
            }
        }
        for (Digest image : List.copyOf(away.images)) {
            if (needs.ofImage(image).isPresent()) {
                keeping.keep(images, image);
                away.images.remove(image);
            }
        }
    }

    private void sweepRecords(Away away, Needs needs) throws IOException {
        new RecordSweep(files, tally, options, now).sweep(leases, needs, away.images, away.volumes);
    }

    private void delete(CollectedArea area, Collection<Digest> digests) throws IOException {
        for (List<Digest> batch : batches(digests)) {
            tellRemoved(area, batch);
            area.delete(batch);
        }
    }

    private void tellRemoved(CollectedArea area, Collection<Digest> digests) throws IOException {
        for (Digest digest : digests) {
            tally.removed(
                    new GcReport.Removed(area.kind(), digest.toString(), area.sizeBytes(digest), GcReason.UNNEEDED));
        }
    }
}
