package dev.lamella.service;

import dev.lamella.oci.Printable;
import dev.lamella.oci.StrictJsonReader;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/**
 * The body of a request, read strictly: whoever mistypes a field's name is told so, instead of getting the default. Problems name the
 * field, or line and column if it is no JSON at all.
 */
final class JsonBody {

    private static final int NESTING_MAX = 16;
    private static final int NUMBER_CHARS_MAX = 32;

    private static final StrictJsonReader READER = new StrictJsonReader(NESTING_MAX, NUMBER_CHARS_MAX);

    private final JsonNode node;
    private final Set<String> asked = new HashSet<>();

    private JsonBody(JsonNode node) {
        this.node = node;
    }

    static JsonBody parse(byte[] body) throws ProblemException {
        JsonNode node;
        try {
            node = READER.read(body);
        } catch (CharacterCodingException _) {
            throw ProblemException.badRequest("the body is not UTF-8");
        } catch (JacksonException e) {
            throw ProblemException.badRequest("the body is not valid JSON%s: %s"
                    .formatted(place(e.getLocation()), Printable.of(String.valueOf(e.getOriginalMessage()))));
        }
        if (!node.isObject()) {
            throw ProblemException.badRequest("the body: expected an object, found " + StrictJsonReader.kindOf(node));
        }
        return new JsonBody(node);
    }

    private static String place(TokenStreamLocation at) {
        return at == null || at.getLineNr() < 0
                ? ""
                : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    }

    Optional<String> optionalText(String field, int charsMax) throws ProblemException {
        JsonNode value = value(field);
        return value.isMissingNode() ? Optional.empty() : Optional.of(text(field, value, charsMax));
    }

    String text(String field, int charsMax) throws ProblemException {
        return text(field, value(field), charsMax);
    }

    List<String> texts(String field, int countMax, int charsMax) throws ProblemException {
        JsonNode value = value(field);
        if (!value.isArray()) {
            throw wrong(field, "expected a list of texts, found " + StrictJsonReader.kindOf(value));
        }
        if (value.size() > countMax) {
            throw wrong(field, "%d items, at most %d are allowed".formatted(value.size(), countMax));
        }
        var texts = new ArrayList<String>();
        for (JsonNode item : value) {
            texts.add(text("%s[%d]".formatted(field, texts.size()), item, charsMax));
        }
        return texts;
    }

    boolean flag(String field) throws ProblemException {
        JsonNode value = value(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong(field, "expected true or false, found " + StrictJsonReader.kindOf(value));
        }
        return value.asBoolean(false);
    }

    <E extends Enum<E>> Optional<E> word(String field, Class<E> type) throws ProblemException {
        Optional<String> text = optionalText(field, 100);
        return text.isEmpty() ? Optional.empty() : Optional.of(word(field, text.get(), type));
    }

    <E extends Enum<E>> Set<E> words(String field, Class<E> type) throws ProblemException {
        var words = new TreeSet<E>();
        for (String text : texts(field, type.getEnumConstants().length, 100)) {
            words.add(word(field, text, type));
        }
        return words;
    }

    /** Reads a word of an enumeration. */
    static <E extends Enum<E>> E word(String field, String text, Class<E> type) throws ProblemException {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        String expected = Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
        throw wrong(field, "\"%s\", expected one of %s".formatted(Printable.of(text), expected));
    }

    Optional<Instant> time(String field) throws ProblemException {
        Optional<String> text = optionalText(field, 100);
        try {
            return text.map(Instant::parse);
        } catch (DateTimeException _) {
            throw wrong(field, "expected a time as in 2026-12-31T23:59:59Z");
        }
    }

    /** Refuses fields that nobody asked for. */
    void end() throws ProblemException {
        for (String name : node.propertyNames()) {
            if (!asked.contains(name)) {
                throw wrong(Printable.of(name), "unknown; expected " + String.join(", ", new TreeSet<>(asked)));
            }
        }
    }

    /** Returns what a field holds; null counts as nothing. */
    private JsonNode value(String field) {
        asked.add(field);
        JsonNode value = node.path(field);
        return value.isNull() ? node.path("\0") : value;
    }

    private static String text(String field, JsonNode value, int charsMax) throws ProblemException {
        if (!value.isString()) {
            throw wrong(field, "expected a text, found " + StrictJsonReader.kindOf(value));
        }
        if (value.stringValue().length() > charsMax) {
            throw wrong(field, "longer than %d characters".formatted(charsMax));
        }
        return value.stringValue();
    }

    private static ProblemException wrong(String field, String what) {
        return ProblemException.badRequest("%s: %s".formatted(field, what));
    }
}
