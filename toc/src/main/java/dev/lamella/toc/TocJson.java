package dev.lamella.toc;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON token by token, strict: UTF-8 only, no field twice, bounded texts and depth. Throws only {@link TocException}
 * of its own.
 */
final class TocJson {

    private static final int NESTING_MAX = 8;
    private static final int NUMBER_CHARACTERS_MAX = 20;

    private final JsonParser parser;

    /** Where errors are said to be; counts up with the entries. */
    private Supplier<String> where = () -> "JSON";

    TocJson(InputStream json, TocLimits limits) {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(NESTING_MAX)
                        .maxNumberLength(NUMBER_CHARACTERS_MAX)
                        .maxStringLength(limits.textCharactersMax())
                        .maxDocumentLength(limits.sizeBytesMax())
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // A table of all names would grow with the names of extended attributes.
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .build();
        parser = factory.createParser(
                ObjectReadContext.empty(), new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder()));
    }

    void at(Supplier<String> place) {
        where = place;
    }

    /** Returns where errors are said to be. */
    String place() {
        return where.get();
    }

    TocException wrong(String field, String reason) {
        return wrong(place(), field, reason);
    }

    static TocException wrong(String where, String field, String reason) {
        String name = field.isEmpty() ? "" : ": \"" + TocException.shown(field) + "\"";
        return new TocException(where + name, reason);
    }

    @Nullable
    JsonToken next() throws IOException {
        return parse(parser::nextToken);
    }

    /** Moves on, and returns whether that is the given token. */
    boolean nextIs(JsonToken expected) throws IOException {
        return next() == expected;
    }

    boolean is(JsonToken expected) {
        return parser.currentToken() == expected;
    }

    void require(JsonToken expected, String what) throws TocException {
        if (!is(expected)) {
            throw wrong("", "expected %s, found %s".formatted(what, found()));
        }
    }

    /** Returns the name of the field whose value comes next. */
    String fieldName() {
        return String.valueOf(parser.currentName());
    }

    void skip() throws IOException {
        parse(parser::skipChildren);
    }

    /** Returns the text at hand; a null is the empty text. */
    String text(String field) throws IOException {
        if (is(JsonToken.VALUE_NULL)) {
            return "";
        }
        if (!is(JsonToken.VALUE_STRING)) {
            throw wrong(field, "expected a text, found " + found());
        }
        return parse(parser::getString);
    }

    /** Returns the whole number at hand; a null is zero. */
    long integer(String field) throws IOException {
        if (is(JsonToken.VALUE_NULL)) {
            return 0;
        }
        if (!is(JsonToken.VALUE_NUMBER_INT)) {
            throw wrong(field, "expected a whole number, found " + found());
        }
        try {
            return parser.getLongValue();
        } catch (JacksonException _) {
            throw wrong(field, "a number beyond 64 bits");
        }
    }

    private String found() {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case null -> "the end";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a truth value";
            default -> "something else";
        };
    }

    private interface Step<T extends @Nullable Object> {
        T run() throws JacksonException;
    }

    private <T extends @Nullable Object> T parse(Step<T> step) throws IOException {
        try {
            return step.run();
        } catch (JacksonIOException e) {
            IOException cause = e.getCause();
            if (cause instanceof CharacterCodingException) {
                throw wrong("", "not UTF-8");
            }
            throw cause == null ? new IOException(e) : cause;
        } catch (JacksonException e) {
            var at = e.getLocation();
            String place = at == null ? "" : " at line %d column %d".formatted(at.getLineNr(), at.getColumnNr());
            throw wrong(
                    "",
                    "not valid JSON%s: %s"
                            .formatted(place, TocException.shown(String.valueOf(e.getOriginalMessage()))));
        }
    }
}
