package dev.lamella.door;

import dev.lamella.node.LayerChains;
import dev.lamella.node.LayerInUseException;
import dev.lamella.node.LayerUse;
import dev.lamella.node.ShownImage;
import dev.lamella.node.ShownLayer;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The images that a node shows, as the JSON of its API. */
final class ImageMessages {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ImageMessages() {}

    /** Lists images with their layers, base first. */
    static byte[] list(List<ShownImage> images, List<ShownLayer> layers) {
        LayerChains chains = LayerChains.of(layers);
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
            for (String id : List.copyOf(chains.chain(image.topLayer())).reversed()) {
                ShownLayer layer = chains.layer(id).orElseThrow();
                ObjectNode each = chain.addObject();
                each.put("diffId", layer.diffId().toString());
                each.put("blobDigest", layer.blobDigest().toString());
                each.put("dataSizeBytes", layer.dataSizeBytes());
            }
        }
        return JSON.writeValueAsBytes(object);
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
