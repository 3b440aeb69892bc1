package dev.lamella.node;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The layers of an image store by chain ID, in their order, and how they lie on each other. */
record LayerChains(Map<String, ShownLayer> byId) {

    static LayerChains of(Collection<ShownLayer> layers) {
        var byId = new LinkedHashMap<String, ShownLayer>();
        layers.forEach(layer -> byId.put(layer.id(), layer));
        return new LayerChains(byId);
    }

    Optional<ShownLayer> layer(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Returns a layer and those below it, the layer itself first; nothing if it is not listed. */
    Set<String> chain(String top) {
        var chain = new LinkedHashSet<String>();
        Optional<ShownLayer> layer = layer(top);
        while (layer.isPresent() && chain.add(layer.get().id())) {
            layer = layer.get().parent().flatMap(this::layer);
        }
        return chain;
    }

    /** Returns the chain IDs of the layers below a layer, the nearest first. */
    List<String> parents(ShownLayer layer) {
        return chain(layer.id()).stream().skip(1).toList();
    }
}
