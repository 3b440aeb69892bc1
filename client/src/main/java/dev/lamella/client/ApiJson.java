package dev.lamella.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The API's records as JSON: fields are named as the records' components, times are ISO 8601 in UTC, enumerations are their constants'
 * names, and what is not set is left out. Readers pass over fields they do not know, so that a generator may be newer than its clients.
 */
public final class ApiJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(
                    _ -> JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ApiJson() {}

    /** Writes a record. */
    public static byte[] write(Object document) {
        return MAPPER.writeValueAsBytes(document);
    }

    /**
     * Reads a record.
     *
     * @throws IOException if it is none of this type
     */
    public static <T> T read(byte[] json, Class<T> type) throws IOException {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw wrong(type, e);
        }
    }

    /**
     * Reads a part of a list.
     *
     * @throws IOException if it is none of this type
     */
    public static <T> Listing<T> readListing(byte[] json, Class<T> type) throws IOException {
        try {
            Part part = MAPPER.readValue(json, Part.class);
            var items = new ArrayList<T>();
            for (JsonNode item : part.items()) {
                items.add(MAPPER.treeToValue(item, type));
            }
            return new Listing<>(items, part.next());
        } catch (JacksonException e) {
            throw wrong(type, e);
        }
    }

    /** A part of a list whose items are still to be read. */
    private record Part(List<JsonNode> items, Optional<String> next) {}

    private static IOException wrong(Class<?> type, JacksonException e) {
        return new IOException("not a %s: %s".formatted(type.getSimpleName(), e.getOriginalMessage()), e);
    }
}
