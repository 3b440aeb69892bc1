package dev.lamella.store;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Looks, as often as need be, what of a store is needed. What cannot be read counts as something that may need anything. For one
 * thread.
 */
final class NeedsReader {

    private final StoreFiles files;
    private final DirectoryLeases leases;
    private final Instant time;
    private final Consumer<String> problems;

    private final ImageLayers layers;
    private final ReadOnce<ReferenceRecord> references;
    private final ReadOnce<Lease> leaseFiles;

    /**
     * Makes a reader.
     *
     * @param time leases that have not surely ended by then count
     * @param problems is told what cannot be read
     */
    NeedsReader(StoreFiles files, DirectoryLeases leases, Instant time, Consumer<String> problems) {
        this.files = files;
        this.leases = leases;
        this.time = time;
        this.problems = problems;
        this.layers = new ImageLayers(files);
        this.references = new ReadOnce<>(new DirectoryReferences(files)::read);
        this.leaseFiles = new ReadOnce<>(leases::read);
    }

    /**
     * Looks. Leases come first: a publisher gives its lease up when its image and the reference to it are there, so one of the two is
     * seen.
     *
     * @throws IncompleteStoreException if a part of the store is away
     */
    Needs look() throws IOException {
        Instant now = files.config().signer().isPresent() ? files.now() : Instant.now();
        var found = new Findings();
        for (Path file : leases.all()) {
            lease(file, now, found);
        }
        Path images = files.layout().images();
        Path withdrawn = files.layout().withdrawn(images);
        for (Digest image : files.list(withdrawn)) {
            image(StoreLayout.place(withdrawn, image), image, found);
            found.withdrawn.add(image);
        }
        for (Digest image : files.list(images)) {
            image(StoreLayout.place(images, image), image, found);
            found.withdrawn.remove(image); // published anew since it was taken out
        }
        Path area = files.layout().references();
        for (Digest name : files.list(area)) {
            reference(StoreLayout.place(area, name), now, found);
        }
        requireWhole();
        return found.needs();
    }

    /** An area that is away looks like one where nothing is, and so as if nobody needed anything. */
    private void requireWhole() throws IncompleteStoreException {
        StoreLayout layout = files.layout();
        var areas = new ArrayList<>(List.of(layout.volumes(), layout.images(), layout.references()));
        if (Files.exists(layout.collection())) { // the first collection makes it, and before that the leases
            areas.add(layout.leases());
        }
        for (Path area : areas) {
            if (!Files.isDirectory(area)) {
                throw new IncompleteStoreException(area);
            }
        }
    }

    private void lease(Path file, Instant now, Findings found) {
        try {
            if (leases.lastsUntil(file).isBefore(time)) {
                return;
            }
            Lease lease = leaseFiles.read(file, now);
            if (!leases.surelyEnded(lease, time)) {
                found.leasedImages.addAll(lease.images());
                found.leasedLayers.addAll(lease.layers());
            }
        } catch (NoSuchFileException _) {
            // given up since it was listed
        } catch (IOException e) {
            found.allLeases = false;
            problems.accept("a lease cannot be read, and may need anything: " + describe(e));
        }
    }

    private void image(Path directory, Digest image, Findings found) {
        try {
            found.images.put(image, layers.of(directory, image));
        } catch (NoSuchFileException e) {
            if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                unreadable(image, e, found);
            } // else it was removed since it was listed
        } catch (IOException e) {
            unreadable(image, e, found);
        }
    }

    private void unreadable(Digest image, IOException e, Findings found) {
        found.unreadable.add(image);
        problems.accept("image %s cannot be read, and may need any layer: %s".formatted(image, describe(e)));
    }

    private void reference(Path file, Instant now, Findings found) {
        try {
            ReferenceRecord reference = references.read(file, now);
            if (!files.layout().reference(reference.reference()).equals(file)) {
                throw new DamagedImageException(file, "the record of another reference, " + reference.reference());
            }
            found.referenced.add(reference.manifestDigest());
        } catch (NoSuchFileException _) {
            // removed since it was listed
        } catch (IOException e) {
            found.allReferences = false;
            problems.accept("a reference cannot be read, and may lead to any image: " + describe(e));
        }
    }

    /** The messages of the JDK's exceptions about files are bare names. */
    private static String describe(IOException e) {
        return e instanceof FileSystemException ? e.toString() : String.valueOf(e.getMessage());
    }

    private static final class Findings {
        private final Map<Digest, Set<Digest>> images = new HashMap<>();
        private final Set<Digest> withdrawn = new HashSet<>();
        private final Set<Digest> unreadable = new HashSet<>();
        private final Set<Digest> referenced = new HashSet<>();
        private final Set<Digest> leasedImages = new HashSet<>();
        private final Set<Digest> leasedLayers = new HashSet<>();
        private boolean allReferences = true;
        private boolean allLeases = true;

        Needs needs() {
            return new Needs(new Needs.Found(
                    images, withdrawn, unreadable, referenced, leasedImages, leasedLayers, allReferences, allLeases));
        }
    }
}
