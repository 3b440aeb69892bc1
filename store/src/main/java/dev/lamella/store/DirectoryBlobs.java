package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.StrictJson;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a directory store knows of blobs. One that has a table of contents has two records of the same content, one to
 * be found by its digest and
 * one by that of the table, as two files cannot change at one instant.
 */
record DirectoryBlobs(StoreFiles files) {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryBlobs.class);

    Optional<BlobRecord> find(Digest blobDigest) throws IOException {
        Path file = files.layout().blob(blobDigest);
        return read(file, SignatureKind.BLOB, blob -> blob.blobDigest().equals(blobDigest));
    }

    Optional<BlobRecord> findByToc(Digest tocDigest) throws IOException {
        Path file = files.layout().toc(tocDigest);
        return read(file, SignatureKind.TOC, blob -> blob.tocDigest().equals(Optional.of(tocDigest)));
    }

    private Optional<BlobRecord> read(Path file, SignatureKind kind, Predicate<BlobRecord> right) throws IOException {
        Optional<StrictJson> json = files.readRecord(file, kind);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        BlobRecord blob = BlobRecord.parse(json.get());
        if (!right.test(blob)) {
            throw new DamagedImageException(file, "the record of another blob, " + blob.blobDigest());
        }
        return Optional.of(blob);
    }

    /** Keeps a record. Whoever finds it by the blob's digest finds it by that of the table of contents too. */
    void put(BlobRecord blob) throws IOException {
        byte[] json = blob.toJson();
        if (blob.tocDigest().isPresent()) {
            files.writeRecord(files.layout().toc(blob.tocDigest().get()), SignatureKind.TOC, json);
        }
        files.writeRecord(files.layout().blob(blob.blobDigest()), SignatureKind.BLOB, json);
    }

    /** Returns all records in the order of the blobs' digests; damaged ones are passed over. */
    List<BlobRecord> readable() throws IOException {
        var blobs = new ArrayList<BlobRecord>();
        for (Digest digest : files.list(files.layout().blobs())) {
            passingOver(() -> find(digest)).ifPresent(blobs::add);
        }
        return blobs;
    }

    /** Forgets all blobs of volumes, whoever signed the records: they lead nowhere. */
    void forget(Set<Digest> diffIds) throws IOException {
        for (Path area : List.of(files.layout().blobs(), files.layout().tocs())) {
            for (Digest name : files.list(area)) {
                Path file = StoreLayout.place(area, name);
                Optional<BlobRecord> blob = passingOver(() -> readUnchecked(file));
                if (blob.isPresent() && diffIds.contains(blob.get().diffId())) {
                    files.remove(file);
                }
            }
        }
    }

    /** Returns what a record says, whoever signed it; nothing if it was removed since it was listed. */
    static Optional<BlobRecord> readUnchecked(Path file) throws IOException {
        try {
            return Optional.of(BlobRecord.parse(SignedRecords.readUnchecked(file)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private interface Reading {
        Optional<BlobRecord> run() throws IOException;
    }

    private static Optional<BlobRecord> passingOver(Reading reading) throws IOException {
        try {
            return reading.run();
        } catch (StoreException | VolumeException e) {
            LOG.warn("a blob record is passed over: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
