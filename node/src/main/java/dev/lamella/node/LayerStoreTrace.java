package dev.lamella.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the layer store's users leave behind: layers in their engines' stores, and what they have said of layers that they are about to use.
 *
 * @param mountPoint where the layer store is
 * @param config the node's
 * @param layers the layers shown
 */
record LayerStoreTrace(Path mountPoint, NodeConfig config, LayerStoreView layers) {

    /**
     * Returns the layers of the image store that are needed, as uses of them. A layer that lies on several others is needed on all of them: an
     * engine knows it by its own digest alone.
     */
    List<LayerUse> uses(List<AdditionalLayerUse> found) throws IOException {
        var uses = new ArrayList<LayerUse>();
        for (AdditionalLayerUse use : found) {
            for (String id : layers.chainIds(use.key().digest())) {
                uses.add(new LayerUse(use.graphroot(), "layer " + use.layer(), id, use.account()));
            }
        }
        for (Map.Entry<LayerStoreUses.Key, Integer> count :
                LayerStoreUses.read(config).entrySet()) {
            String user = "%d engines or layers that use %s"
                    .formatted(count.getValue(), count.getKey().digest());
            for (String id : layers.chainIds(count.getKey().digest())) {
                uses.add(new LayerUse(mountPoint, user, id, Optional.empty()));
            }
        }
        return uses;
    }
}
