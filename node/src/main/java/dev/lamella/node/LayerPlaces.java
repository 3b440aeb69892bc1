package dev.lamella.node;

import dev.lamella.filetree.Digest;
import dev.lamella.linux.Mounts;
import dev.lamella.store.VolumeStore;
import dev.lamella.volume.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that at the place of each listed layer is the layer's mount, or a trigger that leads to it. Used under the lock of the node, except
 * where it says otherwise.
 */
final class LayerPlaces {

    private static final Logger LOG = LoggerFactory.getLogger(LayerPlaces.class);

    private final VolumeStore store;
    private final ImageStore imageStore;
    private final LayerDirectory shape;
    private final LayerImages images;
    private final LayerMounts mounts;
    private final AtomicReference<Optional<OnDemandMounts>> onDemand = new AtomicReference<>(Optional.empty());

    /** What a node is made of, as far as layers are mounted from it. */
    record Parts(
            VolumeStore store, ImageStore imageStore, LayerDirectory shape, LayerImages images, LayerMounts mounts) {}

    LayerPlaces(Parts parts) {
        this.store = parts.store;
        this.imageStore = parts.imageStore;
        this.shape = parts.shape;
        this.images = parts.images;
        this.mounts = parts.mounts;
    }

    /** Mends and mounts a layer, under the lock of the node. */
    @FunctionalInterface
    interface LockedMount {
        void mount(String id) throws IOException;
    }

    /** Mounts layers on demand until the result is closed. */
    Closeable mountOnDemand(Duration idle, LockedMount mend) throws IOException {
        OnDemandMounts started = OnDemandMounts.start(shape, idle, id -> mountWanted(id, mend));
        onDemand.set(Optional.of(started));
        return () -> {
            onDemand.set(Optional.empty());
            started.close();
        };
    }

    /**
     * Mounts what is not mounted; with mounts on demand, makes it ready to be, and takes away what is idle.
     *
     * @param all whether everything is mounted, also with mounts on demand
     */
    RestoreReport restore(boolean all) throws IOException {
        List<ShownLayer> layers = imageStore.layers();
        LayerChains chains = LayerChains.of(layers);
        MountTable table = MountTable.of(shape);
        Optional<OnDemandMounts> triggers = all ? Optional.empty() : onDemand.get();
        int mounted = 0;
        int remounted = 0;
        var failures = new ArrayList<String>();
        for (ShownLayer layer : layers) {
            try {
                if (triggers.isPresent()) {
                    arm(triggers.get(), layer, chains, table);
                }
                if (table.layers().contains(layer.id())) {
                    mounted++;
                } else if (triggers.isEmpty()) {
                    remount(layer, chains.parents(layer), table.isReachable(layer.id()));
                    remounted++;
                }
            } catch (IOException e) {
                failures.add("layer %s (DiffID %s): %s".formatted(layer.id(), layer.diffId(), e.getMessage()));
            }
        }
        int taken = triggers.isPresent() ? triggers.get().takeIdle(layers, table) : 0;
        mounted += remounted - taken;
        int waiting = triggers.isPresent() ? layers.size() - mounted - failures.size() : 0;
        return new RestoreReport(mounted, remounted, waiting, taken, failures);
    }

    private void arm(OnDemandMounts triggers, ShownLayer layer, LayerChains chains, MountTable table)
            throws IOException {
        if (!table.isReachable(layer.id())) {
            shape.make(layer, chains.parents(layer));
        }
        triggers.arm(layer.id(), table);
    }

    /**
     * Mounts a layer into whose trigger somebody walked. Not under the lock of the node, which might be held for as long as an image takes to be
     * shown; it is taken only for what must be mended.
     *
     * @return whether the layer is listed
     */
    private boolean mountWanted(String id, LockedMount mend) throws IOException {
        Optional<ShownLayer> layer = LayerChains.of(imageStore.layers()).layer(id);
        if (layer.isEmpty()) {
            return false;
        }
        try {
            images.check(id);
            mountOver(layer.get(), volume(layer.get().diffId()));
        } catch (NoSuchFileException | DamagedLayerImageException e) {
            mend.mount(id);
        }
        boolean listed = LayerChains.of(imageStore.layers()).layer(id).isPresent();
        if (!listed) { // hidden meanwhile
            Mounts.detach(shape.mountPoint(id));
        }
        return listed;
    }

    /** Mounts a listed layer over its trigger. */
    void remount(String id) throws IOException {
        LayerChains chains = LayerChains.of(imageStore.layers());
        Optional<ShownLayer> layer = chains.layer(id);
        if (layer.isPresent()) {
            remount(layer.get(), chains.parents(layer.get()), true);
        }
    }

    /**
     * Mounts a listed layer.
     *
     * @param hasTrigger whether there is a trigger at its place
     */
    void remount(ShownLayer layer, List<String> parents, boolean hasTrigger) throws IOException {
        Volume volume = volume(layer.diffId());
        try {
            images.check(layer.id());
        } catch (NoSuchFileException | DamagedLayerImageException e) {
            LOG.warn("{}", e.getMessage());
            images.make(layer.id(), volume, parents);
        }
        if (hasTrigger) { // what stands below it was made before it
            mountOver(layer, volume);
        } else {
            mount(layer, parents, volume);
        }
    }

    /** Mounts a layer whose image is made and at whose place nothing is mounted. */
    void mount(ShownLayer layer, List<String> parents, Volume volume) throws IOException {
        shape.make(layer, parents);
        mountOver(layer, volume);
    }

    private void mountOver(ShownLayer layer, Volume volume) throws IOException {
        shape.makeAdditionalLayer(layer, volume.data());
        mounts.mount(images.file(layer.id()), volume.data(), shape.mountPoint(layer.id()));
    }

    /** Returns a layer's volume. */
    Volume volume(Digest diffId) throws IOException {
        return store.volume(diffId)
                .orElseThrow(() -> new NoSuchFileException(
                        "layer " + diffId, null, "no volume of it in the store; publish its image again"));
    }

    /** Takes all mounts away, and all triggers. */
    void unmountAll() throws IOException {
        MountTable table = MountTable.of(shape);
        for (ShownLayer layer : imageStore.layers()) {
            table.clear(shape, layer.id());
        }
    }
}
