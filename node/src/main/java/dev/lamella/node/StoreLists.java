package dev.lamella.node;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Compression;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of {@code layers.json} and {@code images.json}, with the key names of containers/storage. */
final class StoreLists {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** containers/storage's numbers of compressions (pkg/archive). */
    private static final Map<Compression, Integer> COMPRESSION_NUMBERS =
            Map.of(Compression.NONE, 0, Compression.GZIP, 2, Compression.ZSTD, 4);

    private StoreLists() {}

    static byte[] writeLayers(Iterable<ShownLayer> layers) {
        ArrayNode list = JSON.createArrayNode();
        for (ShownLayer layer : layers) {
            ObjectNode entry = list.addObject();
            entry.put("id", layer.id());
            layer.parent().ifPresent(parent -> entry.put("parent", parent));
            entry.put("created", layer.created().toString());
            entry.put("compressed-diff-digest", layer.blobDigest().toString());
            entry.put("compressed-size", layer.blobSizeBytes());
            entry.put("diff-digest", layer.diffId().toString());
            entry.put("diff-size", layer.dataSizeBytes());
            entry.put("compression", COMPRESSION_NUMBERS.get(layer.compression()));
            ArrayNode uids = entry.putArray("uidset");
            layer.uids().forEach(uids::add);
            ArrayNode gids = entry.putArray("gidset");
            layer.gids().forEach(gids::add);
        }
        return JSON.writeValueAsBytes(list);
    }

    static List<ShownLayer> readLayers(byte[] content, Path file) throws DamagedImageStoreException {
        var layers = new ArrayList<ShownLayer>();
        for (JsonNode entry : read(content, file)) {
            try {
                layers.add(new ShownLayer(
                        entry.required("id").stringValue(),
                        Optional.ofNullable(entry.get("parent")).map(JsonNode::stringValue),
                        Digest.parse(entry.required("diff-digest").stringValue()),
                        entry.required("diff-size").longValue(),
                        Digest.parse(entry.required("compressed-diff-digest").stringValue()),
                        entry.required("compressed-size").longValue(),
                        compression(entry.required("compression").intValue()),
                        Instant.parse(entry.required("created").stringValue()),
                        numbers(entry.required("uidset")),
                        numbers(entry.required("gidset"))));
            } catch (JacksonException | IllegalArgumentException | DateTimeParseException e) {
                throw new DamagedImageStoreException(file, "a layer that Lamella did not write: " + e.getMessage());
            }
        }
        return layers;
    }

    static byte[] writeImages(Iterable<ShownImage> images) {
        ArrayNode list = JSON.createArrayNode();
        for (ShownImage image : images) {
            ObjectNode entry = list.addObject();
            entry.put("id", image.id());
            entry.put("digest", image.digest().toString());
            ArrayNode names = entry.putArray("names");
            image.names().forEach(names::add);
            entry.put("layer", image.topLayer());
            entry.put("metadata", "{}");
            ArrayNode keys = entry.putArray("big-data-names");
            ObjectNode sizes = entry.putObject("big-data-sizes");
            ObjectNode digests = entry.putObject("big-data-digests");
            image.bigData().forEach((key, document) -> {
                keys.add(key);
                sizes.put(key, document.sizeBytes());
                digests.put(key, document.digest().toString());
            });
            entry.put("created", image.created().toString());
        }
        return JSON.writeValueAsBytes(list);
    }

    static List<ShownImage> readImages(byte[] content, Path file) throws DamagedImageStoreException {
        var images = new ArrayList<ShownImage>();
        for (JsonNode entry : read(content, file)) {
            try {
                var names = new ArrayList<String>();
                entry.required("names").forEach(name -> names.add(name.stringValue()));
                var documents = new LinkedHashMap<String, ShownImage.Document>();
                for (JsonNode key : entry.required("big-data-names")) {
                    String name = key.stringValue();
                    documents.put(
                            name,
                            new ShownImage.Document(
                                    Digest.parse(entry.required("big-data-digests")
                                            .required(name)
                                            .stringValue()),
                                    entry.required("big-data-sizes")
                                            .required(name)
                                            .longValue()));
                }
                images.add(new ShownImage(
                        entry.required("id").stringValue(),
                        Digest.parse(entry.required("digest").stringValue()),
                        names,
                        entry.required("layer").stringValue(),
                        Instant.parse(entry.required("created").stringValue()),
                        documents));
            } catch (JacksonException | IllegalArgumentException | DateTimeParseException e) {
                throw new DamagedImageStoreException(file, "an image that Lamella did not write: " + e.getMessage());
            }
        }
        return images;
    }

    /** Reads any list of containers/storage as it is, an engine's own too. */
    static JsonNode read(byte[] content, Path file) throws DamagedImageStoreException {
        try {
            JsonNode list = JSON.readTree(content);
            if (!list.isArray()) {
                throw new DamagedImageStoreException(file, "expected a JSON array");
            }
            return list;
        } catch (JacksonException e) {
            throw new DamagedImageStoreException(file, "not JSON: " + e.getOriginalMessage());
        }
    }

    private static Compression compression(int number) {
        return COMPRESSION_NUMBERS.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown compression " + number));
    }

    private static List<Long> numbers(JsonNode list) {
        var numbers = new ArrayList<Long>();
        list.forEach(number -> numbers.add(number.longValue()));
        return numbers;
    }
}
