package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A volume store in a directory of a local or shared file system. Safe for use by several threads, processes and
 * machines, as far as
 * the file system has atomic renames and POSIX locks. The layout is specified in {@code docs/formats/volume.md}.
 */
public final class DirectoryStore implements VolumeStore {

    private final StoreFiles files;
    private final DirectoryVolumes volumes;
    private final DirectoryBlobs blobs;
    private final DirectoryIndexes indexes;
    private final DirectoryImages images;
    private final DirectoryReferences references;
    private final DirectoryLeases leases;

    private DirectoryStore(StoreFiles files) {
        this.files = files;
        this.volumes = new DirectoryVolumes(files);
        this.blobs = new DirectoryBlobs(files);
        this.indexes = new DirectoryIndexes(files);
        this.images = new DirectoryImages(files, indexes);
        this.references = new DirectoryReferences(files);
        this.leases = new DirectoryLeases(files, LeaseLimits.DEFAULT);
    }

    /**
     * Opens a store. One who writes makes it if the directory is empty or missing.
     *
     * @throws StoreVersionException if the directory is no store, or one of another version
     * @throws IOException if it cannot be read or made
     */
    public static DirectoryStore open(Path root, StoreConfig config) throws IOException {
        var layout = new StoreLayout(root.toAbsolutePath().normalize());
        if (config.signer().isPresent()) {
            StoreVersion.initialise(layout);
        } else {
            StoreVersion.require(layout);
        }
        return new DirectoryStore(new StoreFiles(layout, config));
    }

    /** Returns whether a directory is a store, of whatever version. */
    public static boolean exists(Path root) {
        return Files.exists(new StoreLayout(root).version());
    }

    /** Returns the store's directory, absolute. */
    public Path root() {
        return files.layout().root();
    }

    StoreFiles files() {
        return files;
    }

    /** Returns the bounds the store was opened with. */
    public StoreLimits limits() {
        return files.config().limits();
    }

    @Override
    public Optional<Volume> volume(Digest diffId) throws IOException {
        return volumes.find(diffId);
    }

    @Override
    public List<Digest> volumes() throws IOException {
        return volumes.list();
    }

    @Override
    public Turn turn(Digest blobDigest) throws IOException {
        Optional<FileLock> lock = LayerTurns.take(files.layout().turns(), blobDigest, limits().turnWaitMillis());
        return () -> {
            if (lock.isPresent()) {
                lock.get().release();
            }
        };
    }

    @Override
    public VolumeDraft newVolume(Digest diffId) throws IOException {
        return volumes.newVolume(diffId);
    }

    @Override
    public RemovedVolumes removeVolumes(Collection<Digest> diffIds) throws IOException {
        files.signer();
        var layers = new ImageLayers(files);
        // Most of them are read before others have to wait for the lock.
        Set<Digest> _ = layers.ofAll();
        var removed = new ArrayList<Digest>();
        var inUse = new ArrayList<Digest>();
        var leased = new ArrayList<Digest>();
        try (StoreLock _ = files.lock()) {
            Set<Digest> ofImages = layers.ofAll();
            Predicate<Digest> ofLeases = leases.needing();
            var gone = new HashSet<Digest>();
            for (Digest diffId : diffIds) {
                if (ofImages.contains(diffId)) {
                    inUse.add(diffId);
                } else if (ofLeases.test(diffId)) {
                    leased.add(diffId);
                } else if (gone.add(diffId) && files.remove(files.layout().volume(diffId))) {
                    removed.add(diffId);
                }
            }
            blobs.forget(gone);
        }
        return new RemovedVolumes(removed, inUse, leased);
    }

    @Override
    public Optional<BlobRecord> blob(Digest blobDigest) throws IOException {
        return blobs.find(blobDigest);
    }

    @Override
    public Optional<BlobRecord> blobOfToc(Digest tocDigest) throws IOException {
        return blobs.findByToc(tocDigest);
    }

    @Override
    public List<BlobRecord> blobs() throws IOException {
        return blobs.readable();
    }

    @Override
    public void recordBlob(BlobRecord blob) throws IOException {
        blobs.put(blob);
    }

    @Override
    public ImageRecord publishImage(ImageRecord image, String reference) throws IOException {
        requirePublishable(image, reference);
        try (Draft draft = images.draft(image);
                StoreLock _ = files.lock()) {
            for (LayerRecord layer : image.layers()) {
                if (volumes.find(layer.diffId()).isEmpty()) {
                    throw new VolumeMissingException(image.manifestDigest(), layer.diffId());
                }
            }
            ImageRecord published = images.publish(image, draft);
            if (image.index().isPresent()) {
                indexes.add(image.index().get(), image.manifestDigest());
            }
            Optional<Digest> indexDigest = image.index().map(ImageRecord.Index::digest);
            references.point(new ReferenceRecord(reference, image.manifestDigest(), indexDigest));
            GcSelection.forgetNotes(files, image);
            return published;
        }
    }

    private void requirePublishable(ImageRecord image, String reference) {
        StoreLimits limits = files.config().limits();
        int largest = Math.max(
                Math.max(image.manifest().length(), image.config().length()),
                image.index().map(index -> index.content().length()).orElse(0));
        if (image.layers().size() > limits.layersMax() || largest > limits.documentBytesMax()) {
            throw new IllegalArgumentException(
                    "image %s is beyond the store's limits: %d layers, documents of up to %d bytes"
                            .formatted(image.manifestDigest(), image.layers().size(), largest));
        }
        if (reference.isEmpty() || reference.length() > ReferenceRecord.REFERENCE_CHARACTERS_MAX) {
            throw new IllegalArgumentException("a reference of %d characters".formatted(reference.length()));
        }
    }

    @Override
    public Optional<ImageRecord> image(Digest manifestOrIndexDigest) throws IOException {
        Optional<ImageRecord> image = images.find(manifestOrIndexDigest);
        if (image.isPresent()) {
            return image;
        }
        Optional<ImageRecord> first = Optional.empty();
        for (Digest manifest : indexes.imagesOf(manifestOrIndexDigest)) {
            Optional<ImageRecord> candidate = images.find(manifest);
            if (candidate.isPresent() && isForThisMachine(candidate.get().platform())) {
                first = candidate;
                break;
            }
            first = first.or(() -> candidate);
        }
        return withIndex(first, Optional.of(manifestOrIndexDigest));
    }

    @Override
    public Optional<ImageRecord> image(String reference) throws IOException {
        Optional<ReferenceRecord> found = references.find(reference);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return withIndex(images.find(found.get().manifestDigest()), found.get().indexDigest());
    }

    private Optional<ImageRecord> withIndex(Optional<ImageRecord> image, Optional<Digest> indexDigest)
            throws IOException {
        if (image.isEmpty()) {
            return image;
        }
        Optional<ImageRecord.Index> index =
                indexDigest.isPresent() ? indexes.read(indexDigest.get()) : Optional.empty();
        return image.map(record -> record.withIndex(index));
    }

    private static boolean isForThisMachine(String platform) {
        String architecture = switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case String other -> other;
        };
        return platform.equals("linux/" + architecture) || platform.startsWith("linux/" + architecture + "/");
    }

    @Override
    public List<ImageRecord> images() throws IOException {
        return images.readable();
    }

    @Override
    public List<Digest> imageDigests() throws IOException {
        return images.digests();
    }

    @Override
    public Map<Digest, Instant> referenceTimes() throws IOException {
        return references.times();
    }

    @Override
    public Optional<ReferenceRecord> reference(Digest nameDigest) throws IOException {
        return references.find(nameDigest);
    }

    @Override
    public List<String> references(Digest manifestDigest) throws IOException {
        return references.pointingAt(manifestDigest);
    }

    @Override
    public Map<Digest, List<String>> references() throws IOException {
        return references.byImage();
    }

    @Override
    public boolean removeReference(String reference) throws IOException {
        try (StoreLock _ = files.lock()) {
            return references.remove(reference);
        }
    }

    @Override
    public boolean removeImage(Digest manifestDigest) throws IOException {
        files.signer();
        try (StoreLock _ = files.lock()) {
            for (String reference : references.pointingAt(manifestDigest)) {
                references.remove(reference);
            }
            boolean there = Files.exists(files.layout().image(manifestDigest));
            files.remove(files.layout().image(manifestDigest));
            indexes.forget(manifestDigest);
            return there;
        }
    }

    @Override
    public Lease putLease(LeaseTerms terms) throws IOException {
        return leases.put(terms);
    }

    @Override
    public boolean removeLease(String name) throws IOException {
        return leases.remove(name);
    }

    @Override
    public List<Lease> leases() throws IOException {
        return leases.running();
    }

    @Override
    public List<String> cleanUp() throws IOException {
        files.signer();
        return Draft.removeDead(files.layout().drafts(), files.config().limits());
    }
}
