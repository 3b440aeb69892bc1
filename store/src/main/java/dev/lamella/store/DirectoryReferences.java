package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The references of a directory store. */
record DirectoryReferences(StoreFiles files) {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryReferences.class);

    Optional<ReferenceRecord> find(String reference) throws IOException {
        Path file = files.layout().reference(reference);
        Optional<ReferenceRecord> found = readIfThere(file);
        if (found.isPresent() && !found.get().reference().equals(reference)) {
            throw new DamagedImageException(
                    file, "the record of another reference, " + found.get().reference());
        }
        return found;
    }

    /** Points a reference at an image. Under the store's lock. */
    void point(ReferenceRecord reference) throws IOException {
        files.writeRecord(files.layout().reference(reference.reference()), SignatureKind.REFERENCE, reference.toJson());
    }

    boolean remove(String reference) throws IOException {
        return files.remove(files.layout().reference(reference));
    }

    /** Returns when each reference was written, by the SHA-256 of its name. */
    Map<Digest, Instant> times() throws IOException {
        var times = new HashMap<Digest, Instant>();
        for (Digest name : files.list(files.layout().references())) {
            try {
                times.put(name, Files.getLastModifiedTime(file(name)).toInstant());
            } catch (NoSuchFileException _) {
                // Removed since it was listed.
            }
        }
        return times;
    }

    /** Returns a reference by the SHA-256 of its name. */
    Optional<ReferenceRecord> find(Digest name) throws IOException {
        Path file = file(name);
        return readIfThere(file)
                .filter(record -> files.layout().reference(record.reference()).equals(file));
    }

    private Path file(Digest name) {
        return StoreLayout.place(files.layout().references(), name);
    }

    /** Returns the references that point at an image, sorted; damaged ones are passed over. */
    List<String> pointingAt(Digest manifestDigest) throws IOException {
        // Checking a signature takes twenty times as long as reading what it is of.
        return byImage(name -> saysUnchecked(name).equals(Optional.of(manifestDigest)))
                .getOrDefault(manifestDigest, List.of());
    }

    /** Returns all references by the image they point at, sorted; damaged ones are passed over. */
    Map<Digest, List<String>> byImage() throws IOException {
        return byImage(_ -> true);
    }

    private interface Filter {
        boolean accepts(Digest name) throws IOException;
    }

    private Map<Digest, List<String>> byImage(Filter filter) throws IOException {
        var references = new HashMap<Digest, List<String>>();
        for (Digest name : files.list(files.layout().references())) {
            try {
                if (filter.accepts(name)) {
                    find(name)
                            .ifPresent(record -> references
                                    .computeIfAbsent(record.manifestDigest(), _ -> new ArrayList<>())
                                    .add(record.reference()));
                }
            } catch (StoreException | VolumeException e) {
                LOG.warn("a reference is passed over: {}", e.getMessage());
            }
        }
        references.values().forEach(names -> names.sort(null));
        return references;
    }

    private Optional<Digest> saysUnchecked(Digest name) throws IOException {
        try {
            return Optional.of(ReferenceRecord.parse(SignedRecords.readUnchecked(file(name)))
                    .manifestDigest());
        } catch (NoSuchFileException _) {
            return Optional.empty(); // removed since it was listed
        }
    }

    private Optional<ReferenceRecord> readIfThere(Path file) throws IOException {
        try {
            return Optional.of(read(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    ReferenceRecord read(Path file) throws IOException {
        return ReferenceRecord.parse(
                SignedRecords.read(file, SignatureKind.REFERENCE, files.config().trusted()));
    }
}
