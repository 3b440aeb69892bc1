package dev.lamella.node;

import dev.lamella.filetree.Digest;
import dev.lamella.linux.PosixLock;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.VolumeStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    private final ImageStore imageStore;
    private final LayerDirectory shape;
    private final Listing listing;
    private final Leftovers leftovers;
    private final UnfinishedWork unfinished;
    private final LayerStoreView layerStore;
    private final Graphroots graphroots;
    private final LayerPlaces places;
    private final NewLayers newLayers;
    private final NodeLease lease;

    /** Makes the service of a node; nothing is touched yet. */
    public NodeService(NodeConfig config, VolumeStore store) {
        this.config = config;
        this.imageStore = new ImageStore(config.imageStore(), config.lockTimeout());
        this.shape = LayerDirectory.of(config);
        Path localImages = config.state().resolve("images");
        var images = new LayerImages(localImages, shape);
        this.places = new LayerPlaces(
                new LayerPlaces.Parts(store, imageStore, shape, images, new LayerMounts(config.mountMode())));
        this.newLayers = new NewLayers(store, images, places);
        this.lease = new NodeLease(config, store);
        this.layerStore = new LayerStoreView(imageStore, shape, store);
        this.graphroots = Graphroots.of(config, layerStore);
        this.listing = new Listing(imageStore, graphroots);
        this.unfinished = new UnfinishedWork(config.state());
        this.leftovers = new Leftovers(imageStore, shape, localImages, graphroots);
    }

    /** Makes an empty image store where there is none yet: an engine that is pointed at a missing one fails whatever it is asked. */
    public static void createImageStore(NodeConfig config) throws IOException {
        try (PosixLock _ = lock(config)) {
            new ImageStore(config.imageStore(), config.lockTimeout()).create();
        }
    }

    /**
     * Makes the directory at which the layer store is mounted, if there is to be one, and that of its files: an engine that is pointed at a missing
     * layer store fails, too.
     */
    public static void createLayerStore(NodeConfig config) throws IOException {
        if (config.layerStore().isPresent()) {
            NodeFiles.makeDirectories(config.state());
            NodeFiles.makeMountPoint(config.layerStore().get());
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
     * Shows an image: its layers mounted and listed, then the image itself. Another image that loses its last name to
     * it goes, unless an engine uses it.
     *
     * @param image a published image, of at least one layer
     * @param references the names it is shown under, at least one; taken from another image that has them
     * @return number of layers that were not shown before
     * @throws IOException if a volume is missing or damaged or cannot be mounted; then nothing more is listed or
     *     mounted than before
     */
    public int show(ImageRecord image, List<String> references) throws IOException {
        if (image.layers().isEmpty() || references.isEmpty()) {
            throw new IllegalArgumentException("image %s: %d layers, %d names, expected at least one of each"
                    .formatted(image.manifestDigest(), image.layers().size(), references.size()));
        }
        List<Digest> diffIds = image.layers().stream().map(LayerRecord::diffId).toList();
        List<String> chain = ChainId.of(diffIds);
        try (PosixLock _ = lock()) {
            boolean mayHaveLeft = unfinished.begin();
            boolean failed = true;
            try {
                imageStore.create();
                lease.cover(imageStore, List.of(image.manifestDigest()), diffIds); // before any is looked for
                int added = showLayers(image, chain);
                listing.add(image, chain.getLast(), references);
                failed = false;
                return added;
            } finally {
                tidyUp(mayHaveLeft || failed);
            }
        }
    }

    /** What cannot be tidied up now stays unfinished, and is tidied up by the next call. */
    private void tidyUp(boolean mayHaveLeft) {
        tidy(() -> {
            if (listing.dropUnneeded() || mayHaveLeft) {
                leftovers.sweep();
            }
            unfinished.end();
        });
    }

    private void renewLease() throws IOException {
        lease.cover(imageStore, List.of(), List.of());
    }

    private void sweep() throws IOException {
        leftovers.sweep();
        unfinished.end();
    }

    /**
     * Returns whether an image is shown under these names, with all its layers mounted. A quick look without a lock: {@link #show} decides.
     *
     * @throws IOException if the image store cannot be read
     */
    public boolean isShown(ImageRecord image, List<String> references) throws IOException {
        String id = image.configDigest().hex();
        boolean named = imageStore.images().stream()
                .anyMatch(shown -> shown.id().equals(id) && shown.names().containsAll(references));
        if (!named) {
            return false;
        }
        List<String> chain =
                ChainId.of(image.layers().stream().map(LayerRecord::diffId).toList());
        Set<String> missing = new HashSet<>(chain);
        imageStore.layers().forEach(layer -> missing.remove(layer.id()));
        return missing.isEmpty() && LayerMounts.areMounted(chain, shape);
    }

    private PosixLock lock() throws IOException {
        return lock(config);
    }

    private static PosixLock lock(NodeConfig config) throws IOException {
        NodeFiles.makeDirectories(config.state());
        return PosixLock.exclusive(config.state().resolve("lock"), 0644, config.lockTimeout());
    }

    /** A step of tidying up. */
    @FunctionalInterface
    private interface Tidying {
        void run() throws IOException;
    }

    /** Tidies up behind a call, which has done what it was asked for, or failed, whatever comes of this. */
    private static void tidy(Tidying step) {
        try {
            step.run();
        } catch (IOException e) {
            LOG.warn("what is not needed any more stays for now: {}", e.getMessage());
        }
    }

    private int showLayers(ImageRecord image, List<String> chain) throws IOException {
        var layers = new LinkedHashMap<>(LayerChains.of(imageStore.layers()).byId());
        int before = layers.size();
        MountTable table = MountTable.of(shape);
        for (int i = 0; i < chain.size(); i++) {
            String id = chain.get(i);
            ShownLayer listed = layers.get(id);
            if (listed == null || !table.isReachable(id)) {
                table.clear(
                        shape, id); // By a call that ended before it listed the layer, and so maybe of another making.
                layers.put(id, newLayers.mount(image, chain, i));
            } else if (!table.layers().contains(id)) {
                places.remount(listed, chain.subList(0, i).reversed(), true);
            }
        }
        if (layers.size() > before) {
            imageStore.writeLayers(List.copyOf(layers.values()));
        }
        return layers.size() - before;
    }

    /**
     * Returns which engines of this machine refer to an image: to its topmost layer, or to one that no other image has.
     */
    public List<LayerUse> uses(ShownImage image) throws IOException {
        return listing.uses(image);
    }

    /** Returns what a layer store shows of this node. */
    public LayerStoreView layerStore() {
        return layerStore;
    }

    /** Returns how many layers of engines' own stores are such of the layer store, by what was asked for. */
    public Map<LayerStoreUses.Key, Integer> layerStoreUses() throws IOException {
        var uses = new TreeMap<LayerStoreUses.Key, Integer>();
        graphroots.find().additional().forEach(use -> uses.merge(use.key(), 1, Integer::sum));
        return uses;
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
            boolean _ = unfinished.begin();
            try {
                return listing.removeName(reference, force);
            } finally {
                tidyUp(true);
                tidy(this::renewLease);
            }
        }
    }

    /**
     * Mounts layers from now on when somebody walks into them, and has {@link #restore} take away those that nobody used for a while. This
     * process must lead a group of its own ({@link dev.lamella.linux.ProcessGroup}): processes of its group find the layers empty.
     *
     * @param idle how long a layer stays that nobody uses
     * @return ends it when it is closed; what is not mounted then is empty until the next {@link #restore}: so {@link #mountAll} comes first
     * @throws MountUnavailableException if this kernel has no autofs
     */
    public Closeable mountOnDemand(Duration idle) throws IOException {
        return places.mountOnDemand(idle, id -> {
            try (PosixLock _ = lock()) {
                places.remount(id);
            }
        });
    }

    /**
     * Mounts every shown layer that is not mounted, as after a reboot; with mounts on demand, makes it ready to be. A layer whose volume is missing
     * or damaged is reported and does not keep the others from being mounted.
     */
    public RestoreReport restore() throws IOException {
        try (PosixLock _ = lock()) {
            imageStore.create();
            tidy(this::sweep);
            if (lease.isDue()) {
                tidy(this::renewLease);
            }
            return places.restore(false);
        }
    }

    /** Mounts every shown layer that is not mounted, be it to be mounted on demand. */
    public RestoreReport mountAll() throws IOException {
        try (PosixLock _ = lock()) {
            return places.restore(true);
        }
    }

    /** Takes all mounts away and keeps the lists; {@link #restore} brings them back. Running containers go on. */
    public void unmountAll() throws IOException {
        try (PosixLock _ = lock()) {
            places.unmountAll();
        }
    }
}
