package dev.lamella.node;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Compression;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
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

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final long OWNER_MAX = 0xffff_ffffL;
    private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

    /** The form of {@code layers.json}. */
    static final ListFile.Form<ShownLayer> LAYERS =
            new ListFile.Form<>(StoreLists::writeLayers, StoreLists::readLayers);

    /** The form of {@code images.json}. */
    static final ListFile.Form<ShownImage> IMAGES =
            new ListFile.Form<>(StoreLists::writeImages, StoreLists::readImages);

    private StoreLists() {}

    static byte[] writeLayers(Iterable<ShownLayer> layers) {
        ArrayNode list = JSON.createArrayNode();
        for (ShownLayer layer : layers) {
            ObjectNode entry = list.addObject();
            entry.put("id", layer.id());
            layer.parent().ifPresent(parent -> entry.put("parent", parent));
            entry.put("created", time(layer.created()));
            entry.put("compressed-diff-digest", layer.blobDigest().toString());
            entry.put("compressed-size", layer.blobSizeBytes());
            entry.put("diff-digest", layer.diffId().toString());
            entry.put("diff-size", layer.dataSizeBytes());
            entry.put("compression", COMPRESSION_NUMBERS.get(layer.compression()));
            addOwners(entry, layer);
        }
        return JSON.writeValueAsBytes(list);
    }

    /**
     * Writes a layer's record as an additional layer store has it, whose {@code blob} is the plain tar. Engines copy it into lists of their own.
     *
     * @param table digest of the table of contents, if it was asked for by that: engines that ask so want to see it again, and take a layer that
     *     has one for another that was asked for otherwise
     */
    static byte[] additionalLayer(ShownLayer layer, Optional<Digest> table) {
        ObjectNode entry = JSON.createObjectNode();
        entry.put("compressed-diff-digest", layer.blobDigest().toString());
        entry.put("compressed-size", layer.blobSizeBytes());
        entry.put("diff-digest", layer.diffId().toString());
        entry.put("diff-size", layer.dataSizeBytes());
        table.ifPresent(digest -> entry.put("toc-digest", digest.toString()));
        entry.put("compression", COMPRESSION_NUMBERS.get(Compression.NONE));
        addOwners(entry, layer);
        return JSON.writeValueAsBytes(entry);
    }

    private static void addOwners(ObjectNode entry, ShownLayer layer) {
        ArrayNode uids = entry.putArray("uidset");
        layer.uids().forEach(uids::add);
        ArrayNode gids = entry.putArray("gidset");
        layer.gids().forEach(gids::add);
    }

    /** Reads layers, parents before children: each must lie on one that is listed before it. */
    static List<ShownLayer> readLayers(byte[] content, Path file) throws DamagedImageStoreException {
        var layers = new LinkedHashMap<String, ShownLayer>();
        for (JsonNode entry : read(content, file)) {
            ShownLayer layer = parse(entry, file, StoreLists::layer);
            if (!layer.parent().map(layers::containsKey).orElse(true)) {
                throw new DamagedImageStoreException(
                        file,
                        "layer %s comes without its parent %s before it"
                                .formatted(layer.id(), layer.parent().get()));
            }
            if (layers.put(layer.id(), layer) != null) {
                throw new DamagedImageStoreException(file, "layer %s is listed twice".formatted(layer.id()));
            }
        }
        return List.copyOf(layers.values());
    }

    private static ShownLayer layer(JsonNode entry) {
        return new ShownLayer(
                id(entry.required("id")),
                Optional.ofNullable(entry.get("parent")).map(StoreLists::id),
                Digest.parse(text(entry.required("diff-digest"))),
                size(entry.required("diff-size")),
                Digest.parse(text(entry.required("compressed-diff-digest"))),
                size(entry.required("compressed-size")),
                compression(entry.required("compression").intValue()),
                Instant.parse(text(entry.required("created"))),
                owners(entry.required("uidset")),
                owners(entry.required("gidset")));
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
            entry.put("created", time(image.created()));
        }
        return JSON.writeValueAsBytes(list);
    }

    /** Reads images. Engines refuse a whole image store in which two have the same name. */
    static List<ShownImage> readImages(byte[] content, Path file) throws DamagedImageStoreException {
        var images = new ArrayList<ShownImage>();
        var seen = new HashSet<String>();
        for (JsonNode entry : read(content, file)) {
            ShownImage image = parse(entry, file, StoreLists::image);
            for (String name : image.names()) {
                if (!seen.add("name " + name)) {
                    throw new DamagedImageStoreException(file, "the name %s is listed twice".formatted(name));
                }
            }
            if (!seen.add(image.id())) {
                throw new DamagedImageStoreException(file, "image %s is listed twice".formatted(image.id()));
            }
            images.add(image);
        }
        return images;
    }

    private static ShownImage image(JsonNode entry) {
        var documents = new LinkedHashMap<String, ShownImage.Document>();
        for (JsonNode key : array(entry.required("big-data-names"))) {
            String name = text(key);
            Digest digest = Digest.parse(text(entry.required("big-data-digests").required(name)));
            long sizeBytes = size(entry.required("big-data-sizes").required(name));
            documents.put(name, new ShownImage.Document(digest, sizeBytes));
        }
        var names = new ArrayList<String>();
        array(entry.required("names")).forEach(name -> names.add(text(name)));
        return new ShownImage(
                id(entry.required("id")),
                Digest.parse(text(entry.required("digest"))),
                names,
                id(entry.required("layer")),
                Instant.parse(text(entry.required("created"))),
                documents);
    }

    private static <T> T parse(JsonNode entry, Path file, Function<JsonNode, T> parser)
            throws DamagedImageStoreException {
        try {
            return parser.apply(entry);
        } catch (JacksonException | IllegalArgumentException | DateTimeParseException e) {
            throw new DamagedImageStoreException(file, "an entry that Lamella did not write: " + e.getMessage());
        }
    }

    /** Reads a list as it is. */
    private static JsonNode read(byte[] content, Path file) throws DamagedImageStoreException {
        try {
            return read(content);
        } catch (IllegalArgumentException e) {
            throw new DamagedImageStoreException(file, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads any list of containers/storage as it is, an engine's own too.
     *
     * @throws IllegalArgumentException if it is none; the message says why
     */
    static JsonNode read(byte[] content) {
        try {
            JsonNode list = JSON.readTree(content);
            if (!list.isArray()) {
                throw new IllegalArgumentException("expected a JSON array");
            }
            return list;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static Compression compression(int number) {
        return COMPRESSION_NUMBERS.entrySet().stream()
                .filter(entry -> entry.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown compression " + number));
    }

    /** An ID is the name of files too, so nothing else may stand there. */
    private static String id(JsonNode value) {
        String id = text(value);
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("\"%s\" is not an ID of 64 hexadecimal digits".formatted(id));
        }
        return id;
    }

    private static String text(JsonNode value) {
        if (!value.isString()) {
            throw new IllegalArgumentException("expected a string, found " + value.getNodeType());
        }
        return value.stringValue();
    }

    private static long size(JsonNode value) {
        if (value.longValue() < 0) {
            throw new IllegalArgumentException("a size of " + value.longValue());
        }
        return value.longValue();
    }

    private static JsonNode array(JsonNode value) {
        if (!value.isArray()) {
            throw new IllegalArgumentException("expected an array, found " + value.getNodeType());
        }
        return value;
    }

    private static List<Long> owners(JsonNode list) {
        var owners = new ArrayList<Long>();
        for (JsonNode owner : array(list)) {
            if (owner.longValue() < 0 || owner.longValue() > OWNER_MAX) {
                throw new IllegalArgumentException("an owner of " + owner.longValue());
            }
            owners.add(owner.longValue());
        }
        return owners;
    }

    /**
     * Engines read years of four digits only, and fail as a whole on others, which the config of any image may hold.
     */
    private static String time(Instant instant) {
        boolean readable = !instant.isBefore(YEAR_0) && instant.isBefore(YEAR_10000);
        return (readable ? instant : Instant.EPOCH).toString();
    }
}
