package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes records of what is gone, and leases that have ended. For one thread and one collection. */
final class RecordSweep {

    private final StoreFiles files;
    private final GcTally tally;
    private final GcOptions options;
    private final Instant now;
    private final List<Candidate> candidates = new ArrayList<>();

    RecordSweep(StoreFiles files, GcTally tally, GcOptions options, Instant now) {
        this.files = files;
        this.tally = tally;
        this.options = options;
        this.now = now;
    }

    /** Whether a record is good for nothing. It lies at {@code file} now, perhaps out of its place. */
    @FunctionalInterface
    private interface Check {
        boolean isUseless(Path file) throws IOException;
    }

    private record Candidate(GcKind kind, String name, Path file, GcReason reason, Check check) {}

    /**
     * Sweeps.
     *
     * @param needs whose leases keep the records of what they name, be it there or not yet
     * @param images images that would go if this were not a dry run
     * @param volumes volumes that would
     */
    void sweep(DirectoryLeases leases, Needs needs, Set<Digest> images, Set<Digest> volumes) throws IOException {
        findBlobs(GcKind.BLOB_RECORD, files.layout().blobs(), needs, volumes);
        findBlobs(GcKind.TOC_RECORD, files.layout().tocs(), needs, volumes);
        findIndexes(needs, images);
        findLeases(leases);
        int size = options.limits().batchMax();
        for (int from = 0; from < candidates.size(); from += size) {
            remove(candidates.subList(from, Math.min(candidates.size(), from + size)));
        }
        if (!options.dryRun()) {
            removeEmptyIndexes();
        }
    }

    private boolean isGone(Path place, boolean goes) {
        return Files.notExists(place) || (options.dryRun() && goes);
    }

    private void findBlobs(GcKind kind, Path area, Needs needs, Set<Digest> volumes) throws IOException {
        for (Digest name : files.list(area)) {
            Path file = StoreLayout.place(area, name);
            try {
                Optional<BlobRecord> blob = DirectoryBlobs.readUnchecked(file);
                if (blob.isPresent() && !needs.isLeasedVolume(blob.get().diffId())) {
                    Digest diffId = blob.get().diffId();
                    Path volume = files.layout().volume(diffId);
                    Check check = _ -> isGone(volume, volumes.contains(diffId));
                    consider(new Candidate(kind, name.toString(), file, GcReason.GONE, check));
                }
            } catch (VolumeException e) {
                tally.problem("a %s cannot be read, and stays: %s".formatted(kind.noun(), e.getMessage()));
            }
        }
    }

    private void findIndexes(Needs needs, Set<Digest> images) throws IOException {
        for (Digest index : files.list(files.layout().indexes())) {
            for (DirectoryIndexes.Named record : new DirectoryIndexes(files).namesOf(index)) {
                Digest image = record.manifestDigest();
                if (!needs.isLeasedImage(image)) {
                    Path directory = files.layout().image(image);
                    consider(new Candidate(
                            GcKind.INDEX_RECORD,
                            index + " of " + image,
                            record.file(),
                            GcReason.GONE,
                            _ -> isGone(directory, images.contains(image))));
                }
            }
        }
    }

    private void findLeases(DirectoryLeases leases) throws IOException {
        for (Path file : leases.all()) {
            Check check = place -> leases.lastsUntil(place).isBefore(now) || hasEnded(leases, file, place);
            consider(new Candidate(GcKind.LEASE, StoreFiles.nameOf(file), file, GcReason.ENDED, check));
        }
    }

    private boolean hasEnded(DirectoryLeases leases, Path file, Path place) throws IOException {
        try {
            return leases.surelyEnded(leases.read(place, StoreFiles.nameOf(file)), now);
        } catch (MalformedDocumentException _) {
            return false; // who looked what is needed has said so
        }
    }

    private void consider(Candidate candidate) throws IOException {
        try {
            if (candidate.check.isUseless(candidate.file)) {
                candidates.add(candidate);
            }
        } catch (NoSuchFileException _) {
            // a lease that was given up since it was listed
        }
    }

    /** A record may be written again while it is removed: so it is taken away, looked at once more, and put back if need be. */
    private void remove(List<Candidate> batch) throws IOException {
        if (options.dryRun()) {
            for (Candidate candidate : batch) {
                tell(candidate, Files.size(candidate.file));
            }
            return;
        }
        try (StoreLock _ = files.lock();
                Draft trash = files.newDraft("trash")) {
            Files.createDirectory(trash.content());
            for (int i = 0; i < batch.size(); i++) {
                Candidate candidate = batch.get(i);
                Path away = trash.content().resolve(Integer.toString(i));
                try {
                    Files.move(candidate.file, away, StandardCopyOption.ATOMIC_MOVE);
                } catch (NoSuchFileException _) {
                    continue;
                }
                if (candidate.check.isUseless(away)) {
                    tell(candidate, Files.size(away));
                } else if (Files.notExists(candidate.file)) {
                    Files.move(away, candidate.file, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    private void tell(Candidate candidate, long sizeBytes) {
        tally.removed(new GcReport.Removed(candidate.kind, candidate.name, sizeBytes, candidate.reason));
    }

    /** A publisher writes an index's bytes first and then the record of its image: so only old bytes are alone for good. */
    private void removeEmptyIndexes() throws IOException {
        Instant old = now.minus(options.limits().leases().clockSkew());
        var indexes = new DirectoryIndexes(files);
        for (Digest index : files.list(files.layout().indexes())) {
            if (indexes.namesOf(index).isEmpty()) {
                try (StoreLock _ = files.lock()) {
                    Path directory = files.layout().index(index);
                    boolean empty = indexes.namesOf(index).isEmpty();
                    if (empty
                            && Files.getLastModifiedTime(directory).toInstant().isBefore(old)) {
                        files.remove(directory);
                    }
                }
            }
        }
    }
}
