package dev.lamella.oci;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import dev.lamella.oci.OciException.Kind;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An object of a manifest or config: fields may be unknown, as the specifications allow, but none may come twice, and those that are read
 * must be of their type. Errors name document and field.
 */
final class OciJson {

    private static final int NESTING_MAX = 64;
    private static final int NUMBER_CHARS_MAX = 64;
    private static final int ANNOTATIONS_MAX = 1000;
    private static final int TEXT_CHARS_MAX = 4096;

    private static final StrictJsonReader READER = new StrictJsonReader(NESTING_MAX, NUMBER_CHARS_MAX);

    private final String name;
    private final String path;
    private final JsonNode node;

    private OciJson(String name, String path, JsonNode node) {
        this.name = name;
        this.path = path;
        this.node = node;
    }

    static OciJson parse(byte[] json, String name) throws OciException {
        JsonNode top;
        try {
            top = READER.read(json);
        } catch (CharacterCodingException _) {
            throw new OciException(Kind.MALFORMED, name + ": not UTF-8");
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " at line %d column %d".formatted(at.getLineNr(), at.getColumnNr());
            throw new OciException(
                    Kind.MALFORMED,
                    "%s: not valid JSON%s: %s"
                            .formatted(name, where, Printable.of(String.valueOf(e.getOriginalMessage()))));
        }
        var document = new OciJson(name, "", top);
        if (!top.isObject()) {
            throw document.wrong("", "expected an object, found " + StrictJsonReader.kindOf(top));
        }
        return document;
    }

    String name() {
        return name;
    }

    boolean has(String field) {
        return !node.path(field).isMissingNode() && !node.path(field).isNull();
    }

    Optional<String> optionalText(String field) throws OciException {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw wrong(field, "expected a text, found " + StrictJsonReader.kindOf(value));
        }
        if (value.stringValue().length() > TEXT_CHARS_MAX) {
            throw wrong(field, "longer than %d characters".formatted(TEXT_CHARS_MAX));
        }
        return Optional.of(value.stringValue());
    }

    /** Returns a text of any length, such as a token; empty if there is none. */
    Optional<String> longText(String field) {
        JsonNode value = node.path(field);
        return value.isString() && !value.stringValue().isEmpty() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    String text(String field) throws OciException {
        Optional<String> text = optionalText(field).filter(value -> !value.isEmpty());
        if (text.isEmpty()) {
            throw wrong(field, "missing or empty");
        }
        return text.get();
    }

    long integer(String field, long min, long max) throws OciException {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber()) {
            throw wrong(field, "expected a whole number, found " + StrictJsonReader.kindOf(value));
        }
        if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
            throw wrong(
                    field, "%s is out of range, expected %d to %d".formatted(Printable.of(value.asString()), min, max));
        }
        return value.longValue();
    }

    /** Reads an RFC 3339 time; what is none counts as not said, as it does for engines. */
    Optional<Instant> time(String field) throws OciException {
        Optional<String> text = optionalText(field);
        try {
            return text.map(value -> OffsetDateTime.parse(value).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    OciJson object(String field) throws OciException {
        JsonNode value = node.path(field);
        if (!value.isObject()) {
            throw wrong(field, "expected an object, found " + StrictJsonReader.kindOf(value));
        }
        return new OciJson(name, at(field), value);
    }

    List<OciJson> objects(String field, int countMax) throws OciException {
        var objects = new ArrayList<OciJson>();
        for (JsonNode entry : array(field, countMax)) {
            var object = new OciJson(name, "%s[%d]".formatted(at(field), objects.size()), entry);
            if (!entry.isObject()) {
                throw object.wrong("", "expected an object, found " + StrictJsonReader.kindOf(entry));
            }
            objects.add(object);
        }
        return objects;
    }

    List<Digest> digests(String field, int countMax) throws OciException {
        var digests = new ArrayList<Digest>();
        for (JsonNode entry : array(field, countMax)) {
            digests.add(digest("%s[%d]".formatted(field, digests.size()), entry));
        }
        return digests;
    }

    /** Reads a list of texts; nothing and null count as an empty one, which registries written in Go say that way. */
    List<String> texts(String field, int countMax) throws OciException {
        var texts = new ArrayList<String>();
        if (!has(field)) {
            return texts;
        }
        for (JsonNode entry : array(field, countMax)) {
            if (!entry.isString()) {
                throw wrong(
                        "%s[%d]".formatted(field, texts.size()),
                        "expected a text, found " + StrictJsonReader.kindOf(entry));
            }
            texts.add(entry.stringValue());
        }
        return texts;
    }

    private JsonNode array(String field, int countMax) throws OciException {
        JsonNode array = node.path(field);
        if (!array.isArray()) {
            throw wrong(field, "expected a list, found " + StrictJsonReader.kindOf(array));
        }
        if (array.size() > countMax) {
            throw wrong(field, "%d entries, at most %d are allowed".formatted(array.size(), countMax));
        }
        return array;
    }

    private Digest digest(String field, JsonNode value) throws OciException {
        if (!value.isString()) {
            throw wrong(field, "expected a digest, found " + StrictJsonReader.kindOf(value));
        }
        try {
            Digest digest = Digest.parse(value.stringValue());
            if (digest.algorithm().equals(Digest.SHA256)) {
                return digest;
            }
        } catch (MalformedDigestException e) {
            throw wrong(field, Printable.of(String.valueOf(e.getMessage())));
        }
        throw wrong(field, "expected a sha256 digest, found " + Printable.of(value.stringValue()));
    }

    /** Reads this object as a descriptor. */
    Descriptor descriptor() throws OciException {
        Optional<Platform> platform = Optional.empty();
        if (has("platform")) {
            OciJson said = object("platform");
            platform = Optional.of(new Platform(
                    said.optionalText("os").orElse(""),
                    said.optionalText("architecture").orElse(""),
                    said.optionalText("variant").filter(variant -> !variant.isEmpty())));
        }
        return new Descriptor(
                text("mediaType"),
                digest("digest", node.path("digest")),
                integer("size", 0, Long.MAX_VALUE),
                annotations(),
                platform);
    }

    private Map<String, String> annotations() throws OciException {
        var annotations = new LinkedHashMap<String, String>();
        if (!has("annotations")) {
            return annotations;
        }
        OciJson object = object("annotations");
        if (object.node.size() > ANNOTATIONS_MAX) {
            throw wrong(
                    "annotations", "%d entries, at most %d are allowed".formatted(object.node.size(), ANNOTATIONS_MAX));
        }
        for (Map.Entry<String, JsonNode> entry : object.node.properties()) {
            if (!entry.getValue().isString()) {
                throw object.wrong(
                        entry.getKey(), "expected a text, found " + StrictJsonReader.kindOf(entry.getValue()));
            }
            annotations.put(entry.getKey(), entry.getValue().stringValue());
        }
        return annotations;
    }

    OciException wrong(String field, String what) {
        String where = field.isEmpty() ? path : at(field);
        return new OciException(
                Kind.MALFORMED,
                where.isEmpty() ? "%s: %s".formatted(name, what) : "%s: %s: %s".formatted(name, where, what));
    }

    private String at(String field) {
        String printable = Printable.of(field);
        return path.isEmpty() ? printable : path + "." + printable;
    }
}
