package dev.lamella.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the engines of this machine still need: the references in their own stores to layers that they do not have
 * themselves.
 */
final class Graphroots {

    private static final List<String> IMAGE_LISTS = List.of("overlay-images/images.json");
    private static final List<String> CONTAINER_LISTS =
            List.of("overlay-containers/containers.json", "overlay-containers/volatile-containers.json");
    private static final List<String> LAYER_LISTS =
            List.of("overlay-layers/layers.json", "overlay-layers/volatile-layers.json");

    private final List<Path> roots;

    Graphroots(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /**
     * Returns every reference to a layer below an engine's own layers or images. One that is met by a layer of the
     * engine's own, as after a plain pull, is none: engines look into their own store first.
     *
     * @throws DamagedImageStoreException if a list cannot be read, so that nobody knows what the engine needs
     */
    List<LayerUse> uses() throws IOException {
        var uses = new ArrayList<LayerUse>();
        for (Path root : roots) {
            uses.addAll(uses(root));
        }
        return uses;
    }

    private static List<LayerUse> uses(Path root) throws IOException {
        var uses = new ArrayList<LayerUse>();
        // Images before layers: an engine makes layers first and images last, and removes them the other way round.
        for (JsonNode image : entries(root, IMAGE_LISTS)) {
            add(uses, root, "image " + nameOf(image), image.get("layer"));
            image.path("mapped-layers").forEach(layer -> add(uses, root, "image " + nameOf(image), layer));
        }
        Map<String, String> containers = containers(root);
        var own = new HashSet<String>();
        for (JsonNode layer : entries(root, LAYER_LISTS)) {
            String id = layer.path("id").asString("");
            add(uses, root, containers.getOrDefault(id, "layer " + id), layer.get("parent"));
            // The engine throws a layer away that it did not finish.
            if (!layer.path("flags").path("incomplete").asBoolean(false)) {
                own.add(id);
            }
        }
        uses.removeIf(use -> own.contains(use.layer()));
        return uses;
    }

    /** Returns the names of the containers by the layers they write to. */
    private static Map<String, String> containers(Path root) throws IOException {
        var names = new HashMap<String, String>();
        for (JsonNode container : entries(root, CONTAINER_LISTS)) {
            names.put(container.path("layer").asString(""), "container " + nameOf(container));
        }
        return names;
    }

    private static List<JsonNode> entries(Path root, List<String> files) throws IOException {
        var entries = new ArrayList<JsonNode>();
        for (String name : files) {
            Path file = root.resolve(name);
            try {
                byte[] content = Files.readAllBytes(file);
                if (content.length > 0) {
                    StoreLists.read(content).forEach(entries::add);
                }
            } catch (NoSuchFileException _) {
                // An engine that has never made one.
            } catch (IllegalArgumentException e) {
                throw new DamagedImageStoreException(
                        file,
                        String.valueOf(e.getMessage()),
                        "as long as this engine's own store cannot be read, nobody knows which layers it needs");
            }
        }
        return entries;
    }

    private static String nameOf(JsonNode entry) {
        JsonNode name = entry.path("names").path(0);
        return name.isString() ? name.stringValue() : entry.path("id").asString("");
    }

    private static void add(List<LayerUse> uses, Path root, String user, @Nullable JsonNode layer) {
        if (layer != null && layer.isString()) {
            uses.add(new LayerUse(root, user, layer.stringValue()));
        }
    }
}
