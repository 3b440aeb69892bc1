package dev.lamella.policy;

import dev.lamella.oci.StrictJsonReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An object of a document in which a slip of the pen must not go unseen: no key twice, none that is unknown, each of its type.
 *
 * @param path where it is in the document, for messages
 * @param node the object
 */
record StrictJson(String path, JsonNode node) {

    private static final int NESTING_MAX = 32;
    private static final int NUMBER_CHARS_MAX = 64;

    private static final StrictJsonReader READER = new StrictJsonReader(NESTING_MAX, NUMBER_CHARS_MAX);

    static StrictJson parse(byte[] json) throws MalformedJsonException {
        try {
            return of("", READER.read(json));
        } catch (CharacterCodingException _) {
            throw new MalformedJsonException("not UTF-8");
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " at line %d column %d".formatted(at.getLineNr(), at.getColumnNr());
            throw new MalformedJsonException(
                    "not valid JSON%s: %s".formatted(where, Shown.quoted(String.valueOf(e.getOriginalMessage()))));
        }
    }

    private static StrictJson of(String path, JsonNode node) throws MalformedJsonException {
        if (!node.isObject()) {
            String where = path.isEmpty() ? "" : path + ": ";
            throw new MalformedJsonException(
                    "%sexpected an object, found %s".formatted(where, StrictJsonReader.kindOf(node)));
        }
        return new StrictJson(path, node);
    }

    /** Refuses keys that are not among those known. */
    StrictJson only(Set<String> known) throws MalformedJsonException {
        for (String key : node.propertyNames()) {
            if (!known.contains(key)) {
                throw wrong(
                        key,
                        "unknown key; known are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
        return this;
    }

    /** Refuses keys that are not among those known and wants all of them. */
    StrictJson exactly(Set<String> wanted) throws MalformedJsonException {
        only(wanted);
        for (String key : wanted) {
            if (!has(key)) {
                throw wrong(key, "missing");
            }
        }
        return this;
    }

    boolean has(String key) {
        return node.has(key);
    }

    String text(String key) throws MalformedJsonException {
        JsonNode value = node.path(key);
        if (!value.isString()) {
            throw wrong(key, "expected a text, found " + StrictJsonReader.kindOf(value));
        }
        return value.stringValue();
    }

    List<String> texts(String key) throws MalformedJsonException {
        var texts = new ArrayList<String>();
        for (JsonNode value : list(key)) {
            if (!value.isString()) {
                throw wrong(
                        "%s[%d]".formatted(key, texts.size()),
                        "expected a text, found " + StrictJsonReader.kindOf(value));
            }
            texts.add(value.stringValue());
        }
        return texts;
    }

    StrictJson object(String key) throws MalformedJsonException {
        return of(at(key), node.path(key));
    }

    List<StrictJson> objects(String key) throws MalformedJsonException {
        var objects = new ArrayList<StrictJson>();
        for (JsonNode value : list(key)) {
            objects.add(of("%s[%d]".formatted(at(key), objects.size()), value));
        }
        return objects;
    }

    private JsonNode list(String key) throws MalformedJsonException {
        JsonNode value = node.path(key);
        if (!value.isArray()) {
            throw wrong(key, "expected a list, found " + StrictJsonReader.kindOf(value));
        }
        return value;
    }

    /** Returns the texts of this object by their keys. */
    Map<String, String> textsByKey() throws MalformedJsonException {
        var texts = new LinkedHashMap<String, String>();
        for (String key : node.propertyNames()) {
            texts.put(key, text(key));
        }
        return texts;
    }

    MalformedJsonException wrong(String key, String what) {
        return new MalformedJsonException("%s: %s".formatted(at(key), what));
    }

    private String at(String key) {
        String plain = key.matches("[A-Za-z0-9-]+(?:\\[\\d+])?") ? "." + key : "[" + Shown.quoted(key) + "]";
        return path.isEmpty() && plain.startsWith(".") ? plain.substring(1) : path + plain;
    }
}
