package dev.lamella.node;

import dev.lamella.linux.Autofs;
import dev.lamella.linux.MountPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is mounted at the places of layers, at one instant.
 *
 * @param layers chain IDs of the layers that are mounted
 * @param triggers for each layer that has a trigger, covered by the layer or not: the number of its file system
 * @param overlays the options of all overlay mounts of this mount namespace
 */
record MountTable(Set<String> layers, Map<String, Long> triggers, List<String> overlays) {

    private static final String OVERLAY = "overlay";

    /** Looks at the mounts. */
    static MountTable of(LayerDirectory shape) throws IOException {
        var layers = new HashSet<String>();
        var triggers = new HashMap<String, Long>();
        var overlays = new ArrayList<String>();
        if (Files.exists(shape.mountPoints())) {
            // The kernel names mounts by their real paths. Compared as text: not every path on a machine is one in
            // every
            // locale.
            String below = shape.mountPoints().toRealPath() + "/";
            for (MountPoint mount : MountPoint.list()) {
                String target = mount.target();
                if (mount.type().equals(OVERLAY)) {
                    overlays.add(mount.options());
                } else if (target.startsWith(below) && target.indexOf('/', below.length()) < 0) {
                    String id = target.substring(below.length());
                    if (mount.type().equals(LayerMounts.EROFS)) {
                        layers.add(id);
                    } else if (mount.type().equals(Autofs.TYPE)) {
                        triggers.put(id, mount.device());
                    }
                }
            }
        }
        return new MountTable(layers, triggers, overlays);
    }

    /** Takes away whatever is mounted at the place of a layer. */
    void clear(LayerDirectory shape, String id) throws IOException {
        if (isReachable(id)) {
            LayerMounts.unmount(shape.mountPoint(id), Optional.ofNullable(triggers.get(id)));
        }
    }

    /** Returns whether a layer is mounted, or will be when somebody walks into it, if its node runs. */
    boolean isReachable(String id) {
        return layers.contains(id) || triggers.containsKey(id);
    }
}
