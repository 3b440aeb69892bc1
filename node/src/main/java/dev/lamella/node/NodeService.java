package dev.lamella.node;

import dev.lamella.erofs.LayerDirectoryImage;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.linux.PosixLock;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.VolumeStore;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows images of a store to the engines of this machine, and keeps them shown.
 *
 * <p>Every change is made under a lock of the whole node, so that threads and processes may call at the same time. Every step may be
 * repeated: a call that was interrupted is made good by the next one.
 */
public final class NodeService {

    private static final Logger LOG = LoggerFactory.getLogger(NodeService.class);

    private final NodeConfig config;
    private final VolumeStore store;
    private final ImageStore imageStore;
    private final LayerDirectory shape;
    private final LayerImages images;
    private final LayerMounts mounts;
    private final Graphroots graphroots;

    /** Makes the service of a node; nothing is touched yet. */
    public NodeService(NodeConfig config, VolumeStore store) {
        this.config = config;
        this.store = store;
        this.imageStore = new ImageStore(config.imageStore(), config.lockTimeout());
        this.shape = new LayerDirectory(config.imageStore(), config.state().resolve("layers"));
        this.images = new LayerImages(config.state().resolve("images"), shape);
        this.mounts = new LayerMounts(config.mountMode());
        this.graphroots = new Graphroots(config.graphroots());
    }

    /** Makes an empty image store where there is none yet, so that engines may be pointed at it. */
    public void create() throws IOException {
        try (PosixLock _ = lock()) {
            imageStore.create();
        }
    }

    /** Returns the images shown. */
    public List<ShownImage> shownImages() throws IOException {
        return imageStore.images();
    }

    /** Returns the layers shown, parents before children. */
    public List<ShownLayer> shownLayers() throws IOException {
        return imageStore.layers();
    }

    /**
     * Shows an image: its layers mounted and listed, then the image itself.
     *
     * @param image a published image
     * @param references the names it is shown under; taken from another image that has them
     * @return number of layers that were not shown before
     * @throws IOException if a volume is missing or damaged or cannot be mounted; then nothing of the image is listed
     */
    public int show(ImageRecord image, List<String> references) throws IOException {
        try (PosixLock _ = lock()) {
            imageStore.create();
            Map<String, ShownLayer> known = byId(imageStore.layers());
            int before = known.size();
            List<String> chain =
                    ChainId.of(image.layers().stream().map(LayerRecord::diffId).toList());
            Set<Path> mounted = LayerMounts.mounted();
            for (int i = 0; i < chain.size(); i++) {
                ShownLayer layer = prepare(image, chain, i, Optional.ofNullable(known.get(chain.get(i))), mounted);
                known.put(layer.id(), layer);
            }
            if (known.size() > before) {
                imageStore.writeLayers(List.copyOf(known.values()));
            }
            list(image, chain, references);
            return known.size() - before;
        }
    }

    private PosixLock lock() throws IOException {
        NodeFiles.makeDirectories(config.state());
        return PosixLock.exclusive(config.state().resolve("lock"), 0644, config.lockTimeout());
    }

    /** Makes one layer of a chain ready and mounted. */
    private ShownLayer prepare(
            ImageRecord image, List<String> chain, int position, Optional<ShownLayer> known, Set<Path> mounted)
            throws IOException {
        String id = chain.get(position);
        if (known.isPresent() && mounted.contains(shape.mountPoint(id))) {
            return known.get();
        }
        LayerRecord record = image.layers().get(position);
        List<String> parents = chain.subList(0, position).reversed();
        Volume volume = volume(record.diffId());
        if (mounted.contains(shape.mountPoint(id))) {
            // Mounted by a call that ended before it listed the layer; it may be of another making.
            LayerMounts.unmount(shape.mountPoint(id));
        }
        LayerDirectoryImage.Owners owners = images.make(id, volume, parents);
        var layer = new ShownLayer(
                id,
                parents.stream().findFirst(),
                record.diffId(),
                volume.descriptor().dataSizeBytes(),
                record.blobDigest(),
                record.blobSizeBytes(),
                store.blob(record.blobDigest())
                        .map(blob -> blob.compression())
                        .orElse(volume.descriptor().blob().compression()),
                image.created().orElse(Instant.EPOCH),
                owners.uids(),
                owners.gids());
        mount(layer, parents, volume);
        return layer;
    }

    /** Mounts a layer whose image is made and that is not mounted. */
    private void mount(ShownLayer layer, List<String> parents, Volume volume) throws IOException {
        shape.make(layer, parents);
        shape.makeAdditionalLayer(layer, volume.data());
        mounts.mount(images.file(layer.id()), volume.data(), shape.mountPoint(layer.id()));
    }

    private Volume volume(Digest diffId) throws IOException {
        return store.volume(diffId)
                .orElseThrow(() -> new NoSuchFileException(
                        "layer " + diffId, null, "no volume of it in the store; publish its image again"));
    }

    private void list(ImageRecord image, List<String> chain, List<String> references) throws IOException {
        String id = image.configDigest().hex();
        var documents = new LinkedHashMap<String, ByteString>();
        documents.put("manifest", image.manifest());
        documents.put("manifest-" + image.manifestDigest(), image.manifest());
        image.index().ifPresent(index -> documents.put("manifest-" + index.digest(), index.content()));
        documents.put("sha256:" + id, image.config());

        var listed = new ArrayList<ShownImage>();
        var names = new ArrayList<String>();
        var bigData = new LinkedHashMap<String, ShownImage.Document>();
        for (ShownImage other : imageStore.images()) {
            if (other.id().equals(id)) {
                names.addAll(other.names());
                bigData.putAll(other.bigData());
            } else {
                listed.add(other.withNames(other.names().stream()
                        .filter(name -> !references.contains(name))
                        .toList()));
            }
        }
        references.stream().filter(name -> !names.contains(name)).forEach(names::add);
        for (Map.Entry<String, ByteString> document : documents.entrySet()) {
            byte[] content = document.getValue().toByteArray();
            imageStore.writeDocument(id, document.getKey(), content);
            bigData.put(document.getKey(), new ShownImage.Document(Digest.sha256Of(content), content.length));
        }
        listed.add(new ShownImage(
                id,
                image.manifestDigest(),
                names,
                chain.getLast(),
                image.created().orElse(Instant.EPOCH),
                bigData));
        imageStore.writeImages(listed);
    }

    /** Returns which engines of this machine refer to an image's layers. */
    public List<LayerUse> uses(ShownImage image) throws IOException {
        Set<String> own = chainOf(image.topLayer(), byId(imageStore.layers()));
        return graphroots.uses().stream()
                .filter(use -> own.contains(use.layer()))
                .toList();
    }

    /**
     * Stops showing a name; with its last name the image goes, and with it the layers nobody else needs.
     *
     * <p>A layer that an engine's own store refers to stays listed in any case: without it every command of that engine would fail.
     *
     * @param reference the name
     * @param force go on though an engine uses the image; its layers stay
     * @return whether the name was shown
     * @throws LayerInUseException if an engine on this machine uses the image and {@code force} is not set
     */
    public boolean hide(String reference, boolean force) throws IOException {
        try (PosixLock _ = lock()) {
            var remaining = new ArrayList<ShownImage>();
            var gone = new ArrayList<ShownImage>();
            boolean found = false;
            for (ShownImage image : imageStore.images()) {
                if (!image.names().contains(reference)) {
                    remaining.add(image);
                    continue;
                }
                found = true;
                ShownImage renamed = image.withNames(image.names().stream()
                        .filter(name -> !name.equals(reference))
                        .toList());
                (renamed.names().isEmpty() ? gone : remaining).add(renamed);
            }
            for (ShownImage image : gone) {
                List<LayerUse> uses = uses(image);
                if (!uses.isEmpty() && !force) {
                    throw new LayerInUseException(reference, uses);
                }
            }
            if (found) {
                imageStore.writeImages(remaining);
                for (ShownImage image : gone) {
                    imageStore.removeDocuments(image);
                }
                dropUnneededLayers(remaining);
            }
            return found;
        }
    }

    private void dropUnneededLayers(List<ShownImage> remaining) throws IOException {
        List<ShownLayer> layers = imageStore.layers();
        Map<String, ShownLayer> byId = byId(layers);
        var needed = new HashSet<String>();
        // The engines' stores are read again: one may have begun to use a layer until the image was no longer listed.
        remaining.forEach(image -> needed.addAll(chainOf(image.topLayer(), byId)));
        graphroots.uses().forEach(use -> needed.addAll(chainOf(use.layer(), byId)));
        List<ShownLayer> kept =
                layers.stream().filter(layer -> needed.contains(layer.id())).toList();
        if (kept.size() == layers.size()) {
            return;
        }
        imageStore.writeLayers(kept);
        Set<Path> mounted = LayerMounts.mounted();
        var keptDiffIds = new HashSet<>(kept.stream().map(ShownLayer::diffId).toList());
        for (ShownLayer layer : layers) {
            if (needed.contains(layer.id())) {
                continue;
            }
            Path mountPoint = shape.mountPoint(layer.id());
            if (mounted.contains(mountPoint)) {
                LayerMounts.unmount(mountPoint);
            }
            shape.remove(layer.id());
            images.remove(layer.id());
            if (!keptDiffIds.contains(layer.diffId())) {
                shape.removeAdditionalLayer(layer.diffId());
            }
        }
    }

    /**
     * Mounts every shown layer that is not mounted, as after a reboot. A layer whose volume is missing or damaged is reported and
     * does not keep the others from being mounted.
     */
    public RestoreReport restore() throws IOException {
        try (PosixLock _ = lock()) {
            imageStore.create();
            List<ShownLayer> layers = imageStore.layers();
            Map<String, ShownLayer> byId = byId(layers);
            Set<Path> mounted = LayerMounts.mounted();
            int already = 0;
            int remounted = 0;
            var failures = new ArrayList<String>();
            for (ShownLayer layer : layers) {
                if (mounted.contains(shape.mountPoint(layer.id()))) {
                    already++;
                    continue;
                }
                try {
                    remount(layer, parents(layer, byId));
                    remounted++;
                } catch (IOException e) {
                    LOG.warn("layer {} (DiffID {}) is not mounted: {}", layer.id(), layer.diffId(), e.getMessage());
                    failures.add("layer %s (DiffID %s): %s".formatted(layer.id(), layer.diffId(), e.getMessage()));
                }
            }
            return new RestoreReport(already + remounted, remounted, failures);
        }
    }

    private void remount(ShownLayer layer, List<String> parents) throws IOException {
        Volume volume = volume(layer.diffId());
        try {
            images.check(layer.id());
        } catch (NoSuchFileException | DamagedLayerImageException e) {
            LOG.warn("{}", e.getMessage());
            images.make(layer.id(), volume, parents);
        }
        mount(layer, parents, volume);
    }

    /** Takes all mounts away and keeps the lists; {@link #restore} brings them back. Running containers go on. */
    public void unmountAll() throws IOException {
        try (PosixLock _ = lock()) {
            Set<Path> mounted = LayerMounts.mounted();
            for (ShownLayer layer : imageStore.layers()) {
                if (mounted.contains(shape.mountPoint(layer.id()))) {
                    LayerMounts.unmount(shape.mountPoint(layer.id()));
                }
            }
        }
    }

    /** Keeps the order, in which parents come before children. */
    private static Map<String, ShownLayer> byId(List<ShownLayer> layers) {
        var byId = new LinkedHashMap<String, ShownLayer>();
        layers.forEach(layer -> byId.put(layer.id(), layer));
        return byId;
    }

    private static List<String> parents(ShownLayer layer, Map<String, ShownLayer> byId) {
        var chain = new ArrayList<>(chainOf(layer.id(), byId));
        chain.removeFirst();
        return chain;
    }

    /** Returns a layer and those below it, as far as they are ours; the layer itself comes first. */
    private static Set<String> chainOf(String top, Map<String, ShownLayer> byId) {
        var chain = new LinkedHashSet<String>();
        Optional<ShownLayer> layer = Optional.ofNullable(byId.get(top));
        while (layer.isPresent() && chain.add(layer.get().id())) {
            layer = layer.get().parent().map(byId::get);
        }
        return chain;
    }
}
