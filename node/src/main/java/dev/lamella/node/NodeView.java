package dev.lamella.node;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** What a node shows, looked at without its lock and without a store, which may be away. Thread-safe. */
public final class NodeView {

    private final ImageStore imageStore;
    private final LayerDirectory shape;

    /** Makes a view of a node; nothing is touched. */
    public NodeView(NodeConfig config) {
        this.imageStore = new ImageStore(config.imageStore(), config.lockTimeout());
        this.shape = LayerDirectory.of(config);
    }

    /** Returns the images shown. */
    public List<ShownImage> images() throws IOException {
        return imageStore.images();
    }

    /** Returns the layers shown, parents before children. */
    public List<ShownLayer> layers() throws IOException {
        return imageStore.layers();
    }

    /** Returns the layers that are shown and not mounted, as after a reboot without the node. */
    public List<ShownLayer> unmounted() throws IOException {
        Set<String> mounted = LayerMounts.mountedIn(shape.mountPoints());
        return imageStore.layers().stream()
                .filter(layer -> !mounted.contains(layer.id()))
                .toList();
    }
}
