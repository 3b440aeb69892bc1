package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.DurableFiles;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What volumes, images and records of a directory store have in common: atomic writing, checked reading, listing. */
record StoreFiles(StoreLayout layout, StoreConfig config) {

    private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{2}");
    private static final List<String> ALGORITHMS = List.of("sha256", "sha512");

    SigningKey signer() throws ReadOnlyStoreException {
        return config.signer().orElseThrow(() -> new ReadOnlyStoreException(layout.root()));
    }

    StoreLock lock() throws IOException {
        return StoreLock.take(layout.lock(), config.limits().lockWaitMillis());
    }

    Draft newDraft(String purpose) throws IOException {
        signer();
        return Draft.create(layout.drafts(), purpose);
    }

    /** Signs a record and puts it in its place, instead of an older one. */
    void writeRecord(Path target, SignatureKind kind, byte[] json) throws IOException {
        byte[] record = SignedRecords.sign(signer(), kind, json);
        writeFile(target, record);
    }

    void writeFile(Path target, byte[] content) throws IOException {
        signer();
        writeUnsigned(target, content);
    }

    /** Puts a file in its place, instead of an older one, though nothing may be signed here. */
    void writeUnsigned(Path target, byte[] content) throws IOException {
        try (Draft draft = Draft.create(layout.drafts(), "record")) {
            DurableFiles.writeReadOnly(draft.content(), content);
            Path parent = Draft.parentOf(target);
            Draft.makeDirectories(layout.root(), parent);
            Files.move(draft.content(), target, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.syncDirectory(parent);
        }
    }

    Optional<StrictJson> readRecord(Path file, SignatureKind kind) throws IOException {
        try {
            return Optional.of(SignedRecords.read(file, kind, config.trusted()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /** Reads a file whose digest is known. */
    byte[] readChecked(Path file, Digest digest) throws IOException {
        int maximum = config.limits().documentBytesMax();
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(maximum + 1);
        }
        if (content.length > maximum) {
            throw new DamagedImageException(file, "more than %d bytes".formatted(maximum));
        }
        if (!digest.matches(content)) {
            throw new DamagedImageException(
                    file, "%d bytes that do not have the digest %s".formatted(content.length, digest));
        }
        return content;
    }

    /**
     * Makes a complete directory visible.
     *
     * @return false if there is one under that name already
     */
    boolean publishDirectory(Path content, Path target) throws IOException {
        Path parent = Draft.parentOf(target);
        Draft.makeDirectories(layout.root(), parent);
        try {
            Files.move(content, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // rename(2) refuses to replace a directory that is not empty; which error it gives differs between file
            // systems.
            if (Files.exists(content) && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            throw e;
        }
        DurableFiles.syncDirectory(parent);
        return true;
    }

    /**
     * Makes something invisible at once, then removes it.
     *
     * @return whether there was anything
     */
    boolean remove(Path target) throws IOException {
        try (Draft trash = newDraft("trash")) {
            try {
                Files.move(target, trash.content(), StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException _) {
                return false;
            }
            DurableFiles.syncDirectory(Draft.parentOf(target));
            return true;
        }
    }

    /** Returns the digests an area has entries for, sorted. */
    List<Digest> list(Path area) throws IOException {
        var digests = new ArrayList<Digest>();
        for (Path algorithm : entries(area)) {
            if (!ALGORITHMS.contains(nameOf(algorithm))) {
                warnForeign(algorithm);
                continue;
            }
            for (Path prefix : entries(algorithm)) {
                if (!PREFIX.matcher(nameOf(prefix)).matches()) {
                    warnForeign(prefix);
                    continue;
                }
                for (Path entry : entries(prefix)) {
                    digestOf(algorithm, prefix, entry).ifPresentOrElse(digests::add, () -> warnForeign(entry));
                }
                if (digests.size() > config.limits().entriesMax()) {
                    throw new TooManyEntriesException(area, config.limits().entriesMax());
                }
            }
        }
        digests.sort(null);
        return digests;
    }

    /** Returns the entries of a directory; none if there is no such directory. */
    List<Path> entries(Path directory) throws IOException {
        var entries = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path entry : stream) {
                if (entries.size() >= config.limits().entriesMax()) {
                    throw new TooManyEntriesException(directory, config.limits().entriesMax());
                }
                entries.add(entry);
            }
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (NotDirectoryException _) {
            warnForeign(directory);
            return List.of();
        }
        return entries;
    }

    /** Returns the file system's own clock, which may be another machine's. */
    Instant now() throws IOException {
        return Instant.ofEpochMilli(Draft.fileSystemMillis(layout.drafts()));
    }

    static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static void warnForeign(Path path) {
        LOG.warn("{}: does not belong into a store; passed over", path);
    }

    private static Optional<Digest> digestOf(Path algorithm, Path prefix, Path entry) {
        String hex = nameOf(entry);
        try {
            return hex.startsWith(nameOf(prefix)) ? Optional.of(new Digest(nameOf(algorithm), hex)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
