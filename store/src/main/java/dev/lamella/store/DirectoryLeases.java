package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of a directory store: unsigned files that whoever can write into the store may make, {@code
 * docs/decisions/0110-leases-are-not-signed.md}.
 */
record DirectoryLeases(StoreFiles files, LeaseLimits limits) {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryLeases.class);

    /** Makes or renews a lease. */
    Lease put(LeaseTerms terms) throws IOException {
        int digests = terms.images().size() + terms.layers().size();
        if (digests > limits.digestsMax()) {
            throw new LeaseLimitException(
                    terms.name(),
                    "%d images and layers, at most %d are allowed".formatted(digests, limits.digestsMax()));
        }
        if (terms.lasts().compareTo(limits.durationMax()) > 0) {
            throw new LeaseLimitException(
                    terms.name(),
                    "%s from now on, at most %s is allowed".formatted(terms.lasts(), limits.durationMax()));
        }
        Lease lease = Lease.of(terms, files.now());
        files.writeUnsigned(files.layout().lease(lease.name()), lease.toJson());
        return lease;
    }

    boolean remove(String name) throws IOException {
        return Files.deleteIfExists(files.layout().lease(name));
    }

    /** Returns the files of all leases, sorted; foreign ones, such as those a file system makes itself, are passed over. */
    List<Path> all() throws IOException {
        var leases = new ArrayList<Path>();
        for (Path file : files.entries(files.layout().leases())) {
            if (LeaseTerms.NAME.matcher(StoreFiles.nameOf(file)).matches()) {
                leases.add(file);
            } else if (!StoreFiles.nameOf(file).startsWith(".")) {
                LOG.warn("{}: not the name of a lease; passed over", file);
            }
        }
        if (leases.size() > limits.countMax()) {
            throw new TooManyEntriesException(files.layout().leases(), limits.countMax());
        }
        leases.sort(null);
        return leases;
    }

    /** Returns the leases that can be read and have not ended. */
    List<Lease> running() throws IOException {
        Instant now = files.now();
        var leases = new ArrayList<Lease>();
        for (Path file : all()) {
            try {
                Lease lease = read(file);
                if (!lease.expires().isBefore(now)) {
                    leases.add(lease);
                }
            } catch (NoSuchFileException _) {
                // given up since it was listed
            } catch (MalformedDocumentException e) {
                LOG.warn("a lease is passed over: {}", e.getMessage());
            }
        }
        return leases;
    }

    /** Returns which volumes a lease may need: those that one names that has not surely ended; all, if one cannot be read. */
    Predicate<Digest> needing() throws IOException {
        Instant now = files.now();
        var named = new HashSet<Digest>();
        for (Path file : all()) {
            try {
                if (lastsUntil(file).isBefore(now)) {
                    continue;
                }
                Lease lease = read(file);
                if (!surelyEnded(lease, now)) {
                    named.addAll(lease.layers());
                }
            } catch (NoSuchFileException _) {
                // given up since it was listed
            } catch (MalformedDocumentException e) {
                LOG.warn("a lease cannot be read, and may need anything: {}", e.getMessage());
                return _ -> true;
            }
        }
        return named::contains;
    }

    Lease read(Path file) throws IOException {
        return read(file, StoreFiles.nameOf(file));
    }

    /** Reads the lease of a name, wherever its file is now. */
    Lease read(Path file, String name) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(limits.sizeBytesMax() + 1);
        }
        StrictJson json = StrictJson.parse(content, file.toString(), limits.sizeBytesMax());
        Lease lease = Lease.parse(json, limits);
        if (!lease.name().equals(name)) {
            throw new MalformedDocumentException(file.toString(), "lease", "the lease of another, " + lease.name());
        }
        return lease;
    }

    /** Returns whether a lease has ended by every clock. */
    boolean surelyEnded(Lease lease, Instant now) {
        return lease.expires().plus(limits.clockSkew()).isBefore(now);
    }

    /** Returns when a lease has ended whatever it says. */
    Instant lastsUntil(Path file) throws IOException {
        Instant written = Files.readAttributes(file, BasicFileAttributes.class)
                .lastModifiedTime()
                .toInstant();
        return written.plus(limits.durationMax()).plus(limits.clockSkew());
    }
}
