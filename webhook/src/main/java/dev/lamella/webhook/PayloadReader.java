package dev.lamella.webhook;

import dev.lamella.oci.StrictJsonReader;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads JSON within limits; the body's size is bounded before. */
final class PayloadReader {

    private static final int NUMBER_CHARS_MAX = 64;

    private final StrictJsonReader reader;
    private final int textCharsMax;

    PayloadReader(WebhookLimits limits) {
        this.textCharsMax = limits.textChars();
        this.reader = new StrictJsonReader(limits.nesting(), NUMBER_CHARS_MAX);
    }

    /**
     * Reads an object or a list.
     *
     * @param name what it is, for messages
     */
    Payload read(byte[] json, String name) throws MalformedPayloadException {
        JsonNode top;
        try {
            top = reader.read(json);
        } catch (CharacterCodingException _) {
            throw new MalformedPayloadException(name, "not UTF-8");
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
