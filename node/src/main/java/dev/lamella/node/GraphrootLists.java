package dev.lamella.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The lists of one engine's own store.
 *
 * @param root the store
 * @param account the user whose it is; none if it is root's
 * @param reader reads one list
 */
record GraphrootLists(Path root, Optional<String> account, Reader reader) {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final List<String> IMAGES = List.of("overlay-images/images.json");
    private static final List<String> CONTAINERS =
            List.of("overlay-containers/containers.json", "overlay-containers/volatile-containers.json");
    private static final List<String> LAYERS =
            List.of("overlay-layers/layers.json", "overlay-layers/volatile-layers.json");

    /** Reads files of the store. */
    interface Reader {
        /** Reads a list; empty if the file is missing. */
        List<JsonNode> list(Path file) throws IOException;

        /** Reads a path that a file holds; empty if the file is missing. */
        Optional<String> path(Path file) throws IOException;
    }

    /**
     * Returns every reference to a layer that is none of the store's own, and those of its own that are a layer store's.
     *
     * @param layerStore where that is mounted, if there is one
     */
    Graphroots.Found find(Optional<Path> layerStore) throws IOException {
        var uses = new ArrayList<LayerUse>();
        var additional = new ArrayList<AdditionalLayerUse>();
        // Images before layers: an engine makes layers first and images last, and removes them the other way round.
        for (JsonNode image : entries(IMAGES)) {
            add(uses, "image " + nameOf(image), image.get("layer"));
            image.path("mapped-layers").forEach(layer -> add(uses, "image " + nameOf(image), layer));
        }
        Map<String, String> containers = containers();
        var own = new HashSet<String>();
        for (JsonNode layer : entries(LAYERS)) {
            String id = layer.path("id").asString("");
            add(uses, containers.getOrDefault(id, "layer " + id), layer.get("parent"));
            // The engine throws a layer away that it did not finish.
            if (!layer.path("flags").path("incomplete").asBoolean(false)) {
                own.add(id);
            }
            if (layerStore.isPresent() && ID.matcher(id).matches()) {
                additionalLayer(layerStore.get(), id).ifPresent(additional::add);
            }
        }
        uses.removeIf(use -> own.contains(use.layer()));
        return new Graphroots.Found(uses, additional, List.of());
    }

    private Optional<AdditionalLayerUse> additionalLayer(Path layerStore, String id) throws IOException {
        return reader.path(root.resolve("overlay").resolve(id).resolve("additionallayer"))
                .flatMap(directory -> AdditionalLayerUse.parse(layerStore, directory))
                .map(key -> new AdditionalLayerUse(root, id, key, account));
    }

    /** Returns the names of the containers by the layers they write to. */
    private Map<String, String> containers() throws IOException {
        var names = new HashMap<String, String>();
        for (JsonNode container : entries(CONTAINERS)) {
            names.put(container.path("layer").asString(""), "container " + nameOf(container));
        }
        return names;
    }

    private List<JsonNode> entries(List<String> files) throws IOException {
        var entries = new ArrayList<JsonNode>();
        for (String name : files) {
            entries.addAll(reader.list(root.resolve(name)));
        }
        return entries;
    }

    private static String nameOf(JsonNode entry) {
        JsonNode name = entry.path("names").path(0);
        return name.isString() ? name.stringValue() : entry.path("id").asString("");
    }

    private void add(List<LayerUse> uses, String user, @Nullable JsonNode layer) {
        if (layer != null && layer.isString()) {
            uses.add(new LayerUse(root, user, layer.stringValue(), account));
        }
    }
}
