package dev.lamella.door;

import dev.lamella.node.LayerInUseException;
import dev.lamella.node.LayerUse;
import dev.lamella.node.ShownImage;
import dev.lamella.node.ShownLayer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The images that a node shows, as the JSON of its API. */
final class ImageMessages {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ImageMessages() {}

    /** Lists images with their layers, base first. */
    static byte[] list(List<ShownImage> images, List<ShownLayer> layers) {
        Map<String, ShownLayer> byId = new HashMap<>();
        layers.forEach(layer -> byId.put(layer.id(), layer));
        ObjectNode object = JSON.createObjectNode();
        ArrayNode list = object.putArray("images");
        for (ShownImage image : images) {
            ObjectNode entry = list.addObject();
            ArrayNode names = entry.putArray("names");
            image.names().forEach(names::add);
            entry.put("manifestDigest", image.digest().toString());
            entry.put("imageId", "sha256:" + image.id());
            entry.put("created", image.created().toString());
            ArrayNode chain = entry.putArray("layers");
            for (ShownLayer layer : chain(image, byId)) {
                ObjectNode each = chain.addObject();
                each.put("diffId", layer.diffId().toString());
                each.put("blobDigest", layer.blobDigest().toString());
                each.put("dataSizeBytes", layer.dataSizeBytes());
            }
        }
        return JSON.writeValueAsBytes(object);
    }

    private static Iterable<ShownLayer> chain(ShownImage image, Map<String, ShownLayer> byId) {
        var chain = new ArrayDeque<ShownLayer>();
        Optional<ShownLayer> next = Optional.ofNullable(byId.get(image.topLayer()));
        // The list has parents before children, so that this comes to an end.
        while (next.isPresent()) {
            chain.addFirst(next.get());
            next = next.get().parent().map(byId::get);
        }
        return chain;
    }

    static byte[] dropped(String name) {
        return JSON.writeValueAsBytes(JSON.createObjectNode().put("name", name).put("dropped", true));
    }

    /** Says who uses an image that is not dropped. */
    static byte[] inUse(LayerInUseException refused) {
        ObjectNode object = JSON.createObjectNode();
        object.put("message", String.valueOf(refused.getMessage()));
        ArrayNode uses = object.putArray("uses");
        for (LayerUse use : refused.uses()) {
            ObjectNode entry = uses.addObject();
            entry.put("user", use.user());
            entry.put("graphroot", use.graphroot().toString());
            use.account().ifPresent(account -> entry.put("account", account));
        }
        return JSON.writeValueAsBytes(object);
    }
}
