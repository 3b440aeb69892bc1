package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.StrictJson;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The references of a directory store. */
record DirectoryReferences(StoreFiles files) {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryReferences.class);

    Optional<ReferenceRecord> find(String reference) throws IOException {
        Path file = files.layout().reference(reference);
        Optional<ReferenceRecord> found = read(file);
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

    /** Returns the references that point at an image, sorted; damaged ones are passed over. */
    List<String> pointingAt(Digest manifestDigest) throws IOException {
        var references = new ArrayList<String>();
        for (Digest name : files.list(files.layout().references())) {
            Path file = files.layout()
                    .references()
                    .resolve(name.algorithm())
                    .resolve(name.hex().substring(0, 2))
                    .resolve(name.hex());
            try {
                read(file)
                        .filter(record -> record.manifestDigest().equals(manifestDigest)
                                && files.layout().reference(record.reference()).equals(file))
                        .ifPresent(record -> references.add(record.reference()));
            } catch (StoreException | VolumeException e) {
                LOG.warn("a reference is passed over: {}", e.getMessage());
            }
        }
        references.sort(null);
        return references;
    }

    private Optional<ReferenceRecord> read(Path file) throws IOException {
        Optional<StrictJson> json = files.readRecord(file, SignatureKind.REFERENCE);
        return json.isEmpty() ? Optional.empty() : Optional.of(ReferenceRecord.parse(json.get()));
    }
}
