package dev.lamella.service;

import dev.lamella.filetree.Digest;
import dev.lamella.service.ServiceLimits.CatalogueLimits;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.ReferenceRecord;
import dev.lamella.store.StoreException;
import dev.lamella.store.VolumeStore;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images and layers of the store in memory, so that lists and searches read no file. It follows the store: what this process does it is
 * told at once; what others do it finds by comparing names and times, and only what is new is read. Thread-safe.
 */
final class Catalogue {

    private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

    private final VolumeStore store;
    private final CatalogueLimits limits;
    private final Map<Digest, CatalogueImage> images = new HashMap<>();
    private final Map<Digest, CatalogueLayer> layers = new HashMap<>();
    private final Map<Digest, Pointer> references = new HashMap<>();
    private volatile Optional<CatalogueView> view = Optional.empty();
    private boolean complained;

    /** A reference and when it was read as it was pointed then. */
    private record Pointer(Instant time, Optional<ReferenceRecord> record) {}

    Catalogue(VolumeStore store, CatalogueLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /** Returns what the store holds; nothing before it was read for the first time. */
    Optional<CatalogueView> view() {
        return view;
    }

    /**
     * Returns what the store holds.
     *
     * @throws ProblemException if it has not been read yet
     */
    CatalogueView require() throws ProblemException {
        return view.orElseThrow(() -> new ProblemException(
                ProblemKind.UNAVAILABLE,
                "the store is being read for the first time since the generator began",
                Duration.ofSeconds(2)));
    }

    /**
     * Looks for what has changed.
     *
     * @throws IOException if the store cannot be read; the catalogue stays as it was
     */
    synchronized void refresh() throws IOException {
        boolean changed = refreshLayers();
        changed |= refreshImages();
        changed |= refreshReferences();
        if (changed || view.isEmpty()) {
            show();
        }
    }

    private boolean refreshImages() throws IOException {
        List<Digest> present = bounded("images", store.imageDigests(), limits.imagesMax());
        boolean changed = images.keySet().retainAll(new HashSet<>(present));
        for (Digest digest : present) {
            if (!images.containsKey(digest)) {
                changed |= readImage(digest);
            }
        }
        return changed;
    }

    private boolean readImage(Digest digest) throws IOException {
        try {
            Optional<ImageRecord> image = store.image(digest);
            image.ifPresent(record -> images.put(digest, CatalogueImage.of(record)));
            return image.isPresent();
        } catch (StoreException | VolumeException e) {
            complain("image " + digest, e);
            return false;
        }
    }

    private boolean refreshLayers() throws IOException {
        List<Digest> present = bounded("layers", store.volumes(), limits.layersMax());
        boolean changed = layers.keySet().retainAll(new HashSet<>(present));
        for (Digest diffId : present) {
            if (!layers.containsKey(diffId)) {
                changed |= readLayer(diffId);
            }
        }
        return changed;
    }

    private boolean readLayer(Digest diffId) throws IOException {
        try {
            Optional<Volume> volume = store.volume(diffId);
            volume.ifPresent(found -> layers.put(diffId, CatalogueLayer.of(found)));
            return volume.isPresent();
        } catch (StoreException | VolumeException e) {
            complain("volume " + diffId, e);
            return false;
        }
    }

    private boolean refreshReferences() throws IOException {
        Map<Digest, Instant> times = store.referenceTimes();
        boolean changed = references.keySet().retainAll(times.keySet());
        for (Map.Entry<Digest, Instant> entry : times.entrySet()) {
            Pointer known = references.get(entry.getKey());
            if (known == null || !known.time().equals(entry.getValue())) {
                references.put(entry.getKey(), new Pointer(entry.getValue(), readReference(entry.getKey())));
                changed = true;
            }
        }
        return changed;
    }

    private Optional<ReferenceRecord> readReference(Digest name) throws IOException {
        try {
            return store.reference(name);
        } catch (StoreException | VolumeException e) {
            complain("a reference", e);
            return Optional.empty();
        }
    }

    private void complain(String what, IOException e) {
        // Damaged records are looked at again and again, but need not be spoken of each time.
        if (!complained) {
            LOG.warn("{} is passed over: {}", what, e.getMessage());
            complained = true;
        }
    }

    private List<Digest> bounded(String what, List<Digest> present, int max) {
        if (present.size() > max) {
            LOG.warn("the store has {} {}, of which {} are listed", present.size(), what, max);
        }
        return present.subList(0, Math.min(present.size(), max));
    }

    /** Takes in an image that this process has just published. */
    synchronized void published(String reference) throws IOException {
        Optional<ImageRecord> image = store.image(reference);
        if (image.isEmpty() || view.isEmpty()) {
            return;
        }
        images.put(image.get().manifestDigest(), CatalogueImage.of(image.get()));
        for (var layer : image.get().layers()) {
            if (!layers.containsKey(layer.diffId())) {
                readLayer(layer.diffId());
            }
        }
        refreshReferences();
        show();
    }

    private void show() {
        var pointers = new ArrayList<CatalogueView.Pointer>();
        for (Pointer pointer : references.values()) {
            pointer.record()
                    .ifPresent(record -> pointers.add(
                            new CatalogueView.Pointer(record.reference(), record.manifestDigest(), pointer.time())));
        }
        view = Optional.of(CatalogueView.of(images, layers, pointers));
    }
}
