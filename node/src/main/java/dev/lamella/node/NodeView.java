package dev.lamella.node;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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

    /**
     * How the layers that are shown can be reached, at one instant.
     *
     * @param shown all of them
     * @param waiting those that the node mounts when somebody walks into them: while it does not run, containers do not find them
     * @param unmounted those that are neither mounted nor waiting to be, as after a reboot without the node
     */
    public record Places(List<ShownLayer> shown, List<ShownLayer> waiting, List<ShownLayer> unmounted) {}

    /** Returns how the layers shown can be reached. */
    public Places places() throws IOException {
        List<ShownLayer> shown = imageStore.layers();
        MountTable mounts = MountTable.of(shape);
        List<ShownLayer> absent = shown.stream()
                .filter(layer -> !mounts.layers().contains(layer.id()))
                .toList();
        Map<Boolean, List<ShownLayer>> waiting =
                absent.stream().collect(Collectors.partitioningBy(layer -> mounts.isReachable(layer.id())));
        return new Places(shown, waiting.getOrDefault(true, List.of()), waiting.getOrDefault(false, List.of()));
    }
}
