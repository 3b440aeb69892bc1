package dev.lamella.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the engines of this machine still need: the references in their own stores to layers of ours. */
final class Graphroots {

    private static final List<String> LAYER_LISTS =
            List.of("overlay-layers/layers.json", "overlay-layers/volatile-layers.json");
    private static final String IMAGE_LIST = "overlay-images/images.json";

    private final List<Path> roots;

    Graphroots(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /** Returns every reference to a layer below an engine's own layers or images, whoever's layer it is. */
    List<LayerUse> uses() throws IOException {
        var uses = new ArrayList<LayerUse>();
        for (Path root : roots) {
            for (JsonNode image : list(root.resolve(IMAGE_LIST))) {
                add(uses, root, "image " + nameOf(image), image.get("layer"));
                image.path("mapped-layers").forEach(layer -> add(uses, root, "image " + nameOf(image), layer));
            }
            for (String layers : LAYER_LISTS) {
                for (JsonNode layer : list(root.resolve(layers))) {
                    add(uses, root, "layer " + layer.path("id").asString(), layer.get("parent"));
                }
            }
        }
        return uses;
    }

    private static Iterable<JsonNode> list(Path file) throws IOException {
        try {
            byte[] content = Files.readAllBytes(file);
            return content.length == 0 ? List.of() : StoreLists.read(content, file);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    private static String nameOf(JsonNode image) {
        JsonNode name = image.path("names").path(0);
        return name.isString() ? name.stringValue() : image.path("id").asString();
    }

    private static void add(List<LayerUse> uses, Path root, String user, @Nullable JsonNode layer) {
        if (layer != null && layer.isString()) {
            uses.add(new LayerUse(root, user, layer.stringValue()));
        }
    }
}
