package dev.lamella.node;

import java.io.IOException;
import java.util.List;

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

    /** Returns the layers that are shown and neither mounted nor waiting to be, as after a reboot without the node. */
    public List<ShownLayer> unmounted() throws IOException {
        MountTable mounts = MountTable.of(shape);
        return imageStore.layers().stream()
                .filter(layer -> !mounts.isReachable(layer.id()))
                .toList();
    }

    /** Returns the layers that the node mounts when somebody walks into them: while it does not run, containers do not find them. */
    public List<ShownLayer> waiting() throws IOException {
        MountTable mounts = MountTable.of(shape);
        return imageStore.layers().stream()
                .filter(layer -> !mounts.layers().contains(layer.id())
                        && mounts.triggers().containsKey(layer.id()))
                .toList();
    }
}
