package dev.lamella.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a node keeps what, and how it mounts.
 *
 * @param state directory of the node's own files, on a local disk
 * @param imageStore directory shown to engines as an additional image store, on a local disk; an absolute path without comma or
 *     colon, which would break overlayfs's list of layers
 * @param graphroots stores of engines on this machine whose references keep layers from being taken away
 * @param engines finds more of them; none if those that are named are all
 * @param layerStore directory at which the layers are also shown as an additional layer store, an absolute path without comma or colon
 * @param mountMode how layers are mounted
 * @param lockTimeout how long to wait for another process of this node
 * @param lease how long the node's lease in the store lasts after it was last renewed; none if it takes none
 */
public record NodeConfig(
        Path state,
        Path imageStore,
        List<Path> graphroots,
        Optional<EngineStores> engines,
        Optional<Path> layerStore,
        MountMode mountMode,
        Duration lockTimeout,
        Optional<Duration> lease) {

    /** The usual wait: an image of many layers may be being shown. */
    public static final Duration LOCK_TIMEOUT = Duration.ofSeconds(60);

    /** The most layers one image store may list. */
    static final int LAYERS_MAX = 100_000;

    /** Makes a configuration with which no stores count but those that are named. */
    public NodeConfig(Path state, Path imageStore, List<Path> graphroots, MountMode mountMode, Duration lockTimeout) {
        this(
                state,
                imageStore,
                graphroots,
                Optional.empty(),
                Optional.empty(),
                mountMode,
                lockTimeout,
                Optional.empty());
    }

    /** Returns this configuration with a look for the stores of all engines. */
    public NodeConfig withEngines(EngineStores found) {
        return new NodeConfig(
                state, imageStore, graphroots, Optional.of(found), layerStore, mountMode, lockTimeout, lease);
    }

    /** Returns this configuration with a layer store. */
    public NodeConfig withLayerStore(Path mountPoint) {
        return new NodeConfig(
                state, imageStore, graphroots, engines, Optional.of(mountPoint), mountMode, lockTimeout, lease);
    }

    /** Returns this configuration with a lease in the store. */
    public NodeConfig withLease(Duration lasts) {
        return new NodeConfig(
                state, imageStore, graphroots, engines, layerStore, mountMode, lockTimeout, Optional.of(lasts));
    }

    /** Checks the paths. */
    public NodeConfig {
        graphroots = List.copyOf(graphroots);
        if (!state.isAbsolute()) {
            throw new IllegalArgumentException(
                    "state directory %s: expected an absolute path, which engines are given".formatted(state));
        }
        requirePlain("image store", imageStore);
        layerStore.ifPresent(path -> requirePlain("layer store", path));
    }

    private static void requirePlain(String what, Path path) {
        if (!path.isAbsolute()
                || path.toString().contains(",")
                || path.toString().contains(":")) {
            throw new IllegalArgumentException(
                    "%s %s: expected an absolute path without comma or colon".formatted(what, path));
        }
    }
}
