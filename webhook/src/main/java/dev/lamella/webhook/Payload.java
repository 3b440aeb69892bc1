package dev.lamella.webhook;

import dev.lamella.oci.StrictJsonReader;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An object, or a list, of a JSON document. What is read must be of its type and within limits; what is not read may be anything. A field
 * that is null counts as not there. Errors name the field with its path.
 */
final class Payload {

    private static final double SECONDS_MAX = 253_402_300_799.0;

    private final String name;
    private final String path;
    private final JsonNode node;
    private final int textCharsMax;

    Payload(String name, String path, JsonNode node, int textCharsMax) {
        this.name = name;
        this.path = path;
        this.node = node;
        this.textCharsMax = textCharsMax;
    }

    boolean isList() {
        return node.isArray();
    }

    boolean has(String field) {
        JsonNode value = node.path(field);
        return !value.isMissingNode() && !value.isNull();
    }

    /** Returns a text that is there and not empty. */
    Optional<String> optionalText(String field) throws MalformedPayloadException {
        if (!has(field)) {
            return Optional.empty();
        }
        String text = textOf(node.path(field), field);
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    String text(String field) throws MalformedPayloadException {
        Optional<String> text = optionalText(field);
        if (text.isEmpty()) {
            throw wrong(field, "missing or empty, expected a text");
        }
        return text.get();
    }

    /** Returns a text of any length; the body bounds it. */
    String longText(String field) throws MalformedPayloadException {
        JsonNode value = node.path(field);
        if (!value.isString()) {
            throw wrong(field, "expected a text, found " + StrictJsonReader.kindOf(value));
        }
        return value.stringValue();
    }

    /** Reads an RFC 3339 time. */
    Instant time(String field) throws MalformedPayloadException {
        return parseTime(at(field), text(field));
    }

    /** Reads an RFC 3339 time that stands elsewhere. */
    static Instant parseTime(String where, String text) throws MalformedPayloadException {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw new MalformedPayloadException(
                    where, "%s is not a time such as 2026-01-31T12:00:00Z".formatted(Shown.of(text)));
        }
    }

    /** Reads seconds since 1970, which old versions of Docker Hub write with a decimal point. */
    Instant unixTime(String field) throws MalformedPayloadException {
        JsonNode value = node.path(field);
        if (!value.isNumber()) {
            throw wrong(field, "expected seconds since 1970, found " + StrictJsonReader.kindOf(value));
        }
        double seconds = value.doubleValue();
        if (!(seconds >= 0 && seconds <= SECONDS_MAX)) {
            throw wrong(field, "out of range, expected seconds since 1970");
        }
        return Instant.ofEpochSecond((long) seconds);
    }

    boolean isTrue(String field) {
        return node.path(field).isBoolean() && node.path(field).booleanValue();
    }

    Payload object(String field) throws MalformedPayloadException {
        JsonNode value = node.path(field);
        if (!value.isObject()) {
            throw wrong(field, "expected an object, found " + StrictJsonReader.kindOf(value));
        }
        return new Payload(name, at(field), value, textCharsMax);
    }

    /** Returns the objects of a list. */
    List<Payload> objects(String field, int countMax) throws MalformedPayloadException {
        return objectsOf(node.path(field), field, countMax);
    }

    /** Returns the objects of this list. */
    List<Payload> objects(int countMax) throws MalformedPayloadException {
        return objectsOf(node, "", countMax);
    }

    private List<Payload> objectsOf(JsonNode list, String field, int countMax) throws MalformedPayloadException {
        var objects = new ArrayList<Payload>();
        for (JsonNode entry : bounded(list, field, countMax)) {
            String at = "%s[%d]".formatted(field, objects.size());
            if (!entry.isObject()) {
                throw wrong(at, "expected an object, found " + StrictJsonReader.kindOf(entry));
            }
            objects.add(new Payload(name, at(at), entry, textCharsMax));
        }
        return objects;
    }

    /** Returns the texts of a list, or the names of an object's fields. */
    List<String> textsOrNames(String field, int countMax) throws MalformedPayloadException {
        JsonNode value = node.path(field);
        var texts = new ArrayList<String>();
        if (value.isObject()) {
            if (value.size() > countMax) {
                throw tooMany(field, value.size(), countMax);
            }
            texts.addAll(value.propertyNames());
            return texts;
        }
        for (JsonNode entry : bounded(value, field, countMax)) {
            texts.add(textOf(entry, "%s[%d]".formatted(field, texts.size())));
        }
        return texts;
    }

    private JsonNode bounded(JsonNode list, String field, int countMax) throws MalformedPayloadException {
        if (!list.isArray()) {
            throw wrong(field, "expected a list, found " + StrictJsonReader.kindOf(list));
        }
        if (list.size() > countMax) {
            throw tooMany(field, list.size(), countMax);
        }
        return list;
    }

    private MalformedPayloadException tooMany(String field, int count, int countMax) {
        return wrong(field, "%d entries, at most %d are allowed".formatted(count, countMax));
    }

    private String textOf(JsonNode value, String field) throws MalformedPayloadException {
        if (!value.isString()) {
            throw wrong(field, "expected a text, found " + StrictJsonReader.kindOf(value));
        }
        String text = value.stringValue();
        if (text.length() > textCharsMax) {
            throw wrong(field, "%d characters, at most %d are allowed".formatted(text.length(), textCharsMax));
        }
        return text;
    }

    MalformedPayloadException wrong(String field, String reason) {
        String where = field.isEmpty() ? path : at(field);
        return new MalformedPayloadException(where.isEmpty() ? name : where, reason);
    }

    private String at(String field) {
        return path.isEmpty() || field.startsWith("[") ? path + field : path + "." + field;
    }
}
