package dev.lamella.webhook;

import dev.lamella.oci.StrictJsonReader;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON within limits. No field may come twice in an object: receivers that disagree on which one counts can be played off. */
final class PayloadReader {

    private static final int NUMBER_CHARS_MAX = 64;

    private final JsonMapper mapper;
    private final int textCharsMax;

    PayloadReader(WebhookLimits limits) {
        this.textCharsMax = limits.textChars();
        this.mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(limits.nesting())
                                .maxNumberLength(NUMBER_CHARS_MAX)
                                .maxStringLength(limits.bodyBytes())
                                .maxNameLength(limits.textChars())
                                .maxDocumentLength(limits.bodyBytes())
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /**
     * Reads an object or a list.
     *
     * @param name what it is, for messages
     */
    Payload read(byte[] json, String name) throws MalformedPayloadException {
        JsonNode top;
        try {
            top = mapper.readTree(json);
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where =
                    at == null ? name : "%s at line %d column %d".formatted(name, at.getLineNr(), at.getColumnNr());
            throw new MalformedPayloadException(
                    where, "not valid JSON: " + Shown.of(String.valueOf(e.getOriginalMessage())));
        }
        if (!top.isContainer()) {
            throw new MalformedPayloadException(name, "expected an object, found " + StrictJsonReader.kindOf(top));
        }
        return new Payload(name, "", top, textCharsMax);
    }
}
