package dev.lamella.door;

import dev.lamella.fuse.MountOptions;
import dev.lamella.fuse.Session;
import dev.lamella.fuse.SessionOptions;
import dev.lamella.node.LayerStoreUses;
import dev.lamella.node.LayerStoreView;
import dev.lamella.node.NodeConfig;
import dev.lamella.node.NodeService;
import dev.lamella.store.VolumeStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** The layer store at its mount point. */
public final class LayerStoreMount implements Closeable {

    private static final String DIRECTORIES = "layer-directories";

    private final Session session;

    /**
     * What a layer store works with.
     *
     * @param config of the node, with a layer store
     * @param node shows the layers
     * @param store where volumes are
     * @param pulls has images shown that are not; none as long as the node is not ready
     */
    public record Parts(
            NodeConfig config, NodeService node, VolumeStore store, Supplier<Optional<PullService>> pulls) {}

    private LayerStoreMount(Session session) {
        this.session = session;
    }

    /** Mounts the layer store. */
    public static LayerStoreMount start(Parts parts) throws IOException {
        NodeConfig config = parts.config;
        Path target = config.layerStore().orElseThrow();
        Files.createDirectories(target);
        var files = new LayerStore(
                new LayerStoreView(config, parts.store),
                new LayerStoreMisses(parts.pulls),
                LayerStoreUses.begin(config, parts.node.layerStoreUses()),
                new LayerStoreDirectories(config.state().resolve(DIRECTORIES), false));
        // Permissions are not the kernel's to check: who may not write anything must still be able to say that a layer
        // is used.
        var options = new MountOptions("lamella", false, true, false);
        return new LayerStoreMount(Session.mount(target, options, files, SessionOptions.DEFAULT.withSharedDevice()));
    }

    @Override
    public void close() throws IOException {
        session.close();
    }
}
