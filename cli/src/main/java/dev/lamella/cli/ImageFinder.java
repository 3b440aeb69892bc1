package dev.lamella.cli;

import dev.lamella.filetree.Digest;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Finds what people name: images by reference, digest, image ID or the beginning of one; layers by DiffID, blob digest, TOC digest or beginning. */
final class ImageFinder {

    /** As in container engines, the beginning of a digest will do. */
    private static final Pattern BEGINNING = Pattern.compile("(?:sha256:)?([0-9a-f]{6,64})");

    private final Session session;
    private final DirectoryStore store;

    ImageFinder(Session session, DirectoryStore store) {
        this.session = session;
        this.store = store;
    }

    /**
     * Finds an image.
     *
     * @throws CommandException if there is none
     */
    ImageRecord image(String name) throws IOException {
        return findImage(name)
                .orElseThrow(() -> new CommandException(
                        ExitCode.NO_INPUT,
                        "%s: no such image in the store; 'lamella images' lists them, 'lamella publish' adds one"
                                .formatted(name)));
    }

    Optional<ImageRecord> findImage(String name) throws IOException {
        var matcher = BEGINNING.matcher(name);
        if (matcher.matches()) {
            String beginning = matcher.group(1);
            if (beginning.length() == 64) {
                Optional<ImageRecord> exact = store.image(new Digest(Digest.SHA256, beginning));
                if (exact.isPresent()) {
                    return exact;
                }
            }
            List<ImageRecord> found = store.images().stream()
                    .filter(image -> image.manifestDigest().hex().startsWith(beginning)
                            || image.configDigest().hex().startsWith(beginning))
                    .toList();
            if (found.size() > 1) {
                throw new CommandException(
                        ExitCode.USAGE,
                        "%s: begins the digests of %d images; give more of it".formatted(name, found.size()));
            }
            if (!found.isEmpty()) {
                return Optional.of(found.getFirst());
            }
            if (name.startsWith("sha256:")) {
                return Optional.empty();
            }
        }
        return store.image(reference(name));
    }

    /** Returns whether a name is a digest, an image ID or the beginning of one. */
    static boolean isDigest(String name) {
        return BEGINNING.matcher(name).matches();
    }

    /** Returns the normalised form of a reference. */
    String reference(String name) throws IOException {
        return session.engineConfig().reference(name).toString();
    }

    /** Finds a layer by DiffID, by the digest of its blob or of its table of contents, or by the beginning of a DiffID. */
    Optional<Volume> findVolume(String name) throws IOException {
        var matcher = BEGINNING.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String beginning = matcher.group(1);
        if (beginning.length() == 64) {
            var digest = new Digest(Digest.SHA256, beginning);
            Optional<Volume> volume = store.volume(digest);
            if (volume.isPresent()) {
                return volume;
            }
            Optional<BlobRecord> blob = store.blob(digest);
            Optional<BlobRecord> record = blob.isPresent() ? blob : store.blobOfToc(digest);
            return record.isPresent() ? store.volume(record.get().diffId()) : Optional.empty();
        }
        var found = new TreeSet<Digest>();
        for (Digest diffId : store.volumes()) {
            if (diffId.hex().startsWith(beginning)) {
                found.add(diffId);
            }
        }
        if (found.size() > 1) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "%s: begins the DiffIDs of %d layers; give more of it".formatted(name, found.size()));
        }
        return found.isEmpty() ? Optional.empty() : store.volume(found.getFirst());
    }

    /** Returns the references of an image, or its digest if it has none: what to call it in messages. */
    List<String> names(ImageRecord image) throws IOException {
        var names = new ArrayList<>(store.references(image.manifestDigest()));
        if (names.isEmpty()) {
            names.add(image.manifestDigest().toString());
        }
        return names;
    }
}
