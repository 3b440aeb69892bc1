package dev.lamella.door;

import dev.lamella.fuse.KeptMount;
import dev.lamella.fuse.MountOptions;
import dev.lamella.fuse.SessionOptions;
import dev.lamella.node.LayerStoreUses;
import dev.lamella.node.NodeConfig;
import dev.lamella.node.NodeService;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The layer store at its mount point. */
public final class LayerStoreMount implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(LayerStoreMount.class);

    private static final String DIRECTORIES = "layer-directories";

    private static final String KEEPER = "layer-store-keeper";

    /** A restart takes less; so long at most a lookup waits while the node does not run. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KeptMount mount;

    /**
     * What a layer store works with.
     *
     * @param config of the node, with a layer store
     * @param node shows the layers
     * @param pulls has images shown that are not; none as long as the node is not ready
     */
    public record Parts(NodeConfig config, NodeService node, Supplier<Optional<PullService>> pulls) {}

    private LayerStoreMount(KeptMount mount) {
        this.mount = mount;
    }

    /** Mounts the layer store, or goes on with one whose server has ended. */
    public static LayerStoreMount start(Parts parts) throws IOException {
        NodeConfig config = parts.config;
        NodeService.createLayerStore(config);
        // Permissions are not the kernel's to check: who may not write anything must still be able to say that a layer
        // is used.
        var options = new MountOptions("lamella", false, true, false);
        var settings = new KeptMount.Settings(
                config.layerStore().orElseThrow(),
                options,
                SessionOptions.DEFAULT.withSharedDevice(),
                config.state().resolve(KEEPER),
                PATIENCE);
        KeptMount mount = KeptMount.serveMade(settings, takenOver -> layerStore(parts, takenOver));
        LOG.info("layer store at {}{}", settings.target(), mount.isTakenOver() ? ", taken over" : "");
        return new LayerStoreMount(mount);
    }

    private static LayerStore layerStore(Parts parts, boolean takenOver) throws IOException {
        NodeConfig config = parts.config;
        LayerStoreUses uses =
                takenOver ? LayerStoreUses.resume(config) : LayerStoreUses.begin(config, parts.node.layerStoreUses());
        return new LayerStore(
                parts.node.layerStore(),
                new LayerStoreMisses(parts.pulls),
                uses,
                new LayerStoreDirectories(config.state().resolve(DIRECTORIES), takenOver));
    }

    /** Leaves the mount to a successor. If none comes there is an empty directory. */
    @Override
    public void close() throws IOException {
        boolean interrupted =
                Thread.interrupted(); // the sign to stop, which would keep requests at work from being finished
        try {
            mount.leave();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
