package dev.lamella.node;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The layers of an image store, and how they lie on each other.
 *
 * @param byId the layers by chain ID, in their order
 */
public record LayerChains(Map<String, ShownLayer> byId) {

    /** Lets nobody change the map. */
    public LayerChains {
        byId = Collections.unmodifiableMap(byId);
    }

    /** Returns the chains of all layers of a list. */
    public static LayerChains of(Collection<ShownLayer> layers) {
        var byId = new LinkedHashMap<String, ShownLayer>();
        layers.forEach(layer -> byId.put(layer.id(), layer));
        return new LayerChains(byId);
    }

    /** Returns a layer by its chain ID. */
    public Optional<ShownLayer> layer(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Returns the chain IDs of a layer and those below it, the layer itself first; nothing if it is not listed. */
    public Set<String> chain(String top) {
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
