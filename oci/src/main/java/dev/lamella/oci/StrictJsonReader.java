package dev.lamella.oci;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON of strangers so that no two readers can take it for different things: in UTF-8, no key twice in an object, nothing behind the
 * document, nesting and numbers bounded. Thread-safe.
 */
public final class StrictJsonReader {

    private final JsonMapper mapper;

    /**
     * Makes a reader.
     *
     * @param nestingMax objects and lists within each other
     * @param numberCharsMax characters of a number
     */
    public StrictJsonReader(int nestingMax, int numberCharsMax) {
        this.mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(nestingMax)
                                .maxNumberLength(numberCharsMax)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /**
     * Reads a document; its size is the caller's to bound.
     *
     * @throws CharacterCodingException if it is not UTF-8
     * @throws JacksonException if it is not such JSON, with the place
     */
    public JsonNode read(byte[] json) throws CharacterCodingException {
        return mapper.readTree(StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(json))
                .toString());
    }

    /** Returns what kind of value something is, for messages. */
    public static String kindOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case MISSING -> "nothing";
            case NULL -> "null";
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "a truth value";
            default -> "something else";
        };
    }
}
