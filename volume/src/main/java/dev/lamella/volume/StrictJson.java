package dev.lamella.volume;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An object of one of Lamella's signed JSON documents, read field by field without tolerance: an unknown, missing or
 * repeated field, a
 * value of another type or out of range, and anything behind the document are errors that name file and field. Get
 * each field once, then
 * call {@link #end}. For one thread.
 */
public final class StrictJson {

    private static final int NESTING_MAX = 8;
    private static final int NUMBER_CHARACTERS_MAX = 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .maxNumberLength(NUMBER_CHARACTERS_MAX)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(StreamWriteFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private static final DefaultPrettyPrinter PRINTER = new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));

    private final String file;
    private final String path;
    private final JsonNode node;
    private final Set<String> seen = new HashSet<>();

    private StrictJson(String file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /**
     * Reads a document whose top is an object.
     *
     * @param content the document, UTF-8
     * @param file its name in messages
     * @param sizeBytesMax the greatest allowed size, in bytes
     */
    public static StrictJson parse(byte[] content, String file, int sizeBytesMax) throws MalformedDocumentException {
        if (content.length > sizeBytesMax) {
            throw new MalformedDocumentException(
                    file, "", "%d bytes or more, at most %d are allowed".formatted(content.length, sizeBytesMax));
        }
        JsonNode top;
        try {
            top = MAPPER.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString());
        } catch (CharacterCodingException _) {
            throw new MalformedDocumentException(file, "", "not UTF-8");
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " at line %d column %d".formatted(at.getLineNr(), at.getColumnNr());
            throw new MalformedDocumentException(
                    file, "", "not valid JSON%s: %s".formatted(where, e.getOriginalMessage()));
        }
        return new StrictJson(file, "", top).requireObject();
    }

    /**
     * Writes a document: fields in the order of the map, two spaces of indentation, a line feed at the end. The same
     * values give the
     * same bytes.
     */
    public static byte[] write(Map<String, ?> fields) {
        String text = MAPPER.writer().with(PRINTER).writeValueAsString(fields);
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a text of 1 to {@code charactersMax} characters. */
    public String string(String field, int charactersMax) throws MalformedDocumentException {
        JsonNode value = required(field);
        if (!value.isString()) {
            throw wrong(field, "expected a text, found " + describe(value));
        }
        String text = value.stringValue();
        if (text.isEmpty() || text.length() > charactersMax) {
            throw wrong(field, "%d characters, expected 1 to %d".formatted(text.length(), charactersMax));
        }
        return text;
    }

    /** Returns a whole number within bounds. */
    public long integer(String field, long min, long max) throws MalformedDocumentException {
        JsonNode value = required(field);
        if (!value.isIntegralNumber()) {
            throw wrong(field, "expected a whole number, found " + describe(value));
        }
        if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
            throw wrong(field, "%s is out of range, expected %d to %d".formatted(value.asString(), min, max));
        }
        return value.longValue();
    }

    /** Returns a digest. */
    public Digest digest(String field) throws MalformedDocumentException {
        String text = string(field, 200);
        try {
            return Digest.parse(text);
        } catch (MalformedDigestException e) {
            throw wrong(field, String.valueOf(e.getMessage()));
        }
    }

    /** Returns a SHA-256 digest. */
    public Digest sha256(String field) throws MalformedDocumentException {
        Digest digest = digest(field);
        if (!digest.algorithm().equals(Digest.SHA256)) {
            throw wrong(field, "expected a sha256 digest, found " + digest);
        }
        return digest;
    }

    /** Returns a digest if the field is there. */
    public Optional<Digest> optionalDigest(String field) throws MalformedDocumentException {
        return node.has(field) ? Optional.of(digest(field)) : Optional.empty();
    }

    /** Returns the digests of an array. */
    public List<Digest> digests(String field, int countMax) throws MalformedDocumentException {
        JsonNode value = required(field);
        if (!value.isArray() || value.size() > countMax) {
            throw wrong(
                    field,
                    value.isArray()
                            ? "%d elements, at most %d are allowed".formatted(value.size(), countMax)
                            : "expected an array, found " + describe(value));
        }
        var digests = new ArrayList<Digest>();
        for (JsonNode element : value) {
            try {
                digests.add(Digest.parse(element.isString() ? element.stringValue() : describe(element)));
            } catch (MalformedDigestException e) {
                throw wrong(field + "[" + digests.size() + "]", String.valueOf(e.getMessage()));
            }
        }
        return digests;
    }

    /** Returns a text if the field is there. */
    public Optional<String> optionalString(String field, int charactersMax) throws MalformedDocumentException {
        return node.has(field) ? Optional.of(string(field, charactersMax)) : Optional.empty();
    }

    /** Returns a moment, written as in {@code 2026-01-31T12:00:00Z}. */
    public Instant instant(String field) throws MalformedDocumentException {
        String text = string(field, 40);
        try {
            Instant instant = Instant.parse(text);
            if (instant.toString().equals(text)) {
                return instant;
            }
        } catch (DateTimeException _) {
            // Falls through to the message below.
        }
        throw wrong(field, "expected a time such as 2026-01-31T12:00:00Z, found \"%s\"".formatted(shown(text)));
    }

    /** Returns a moment if the field is there. */
    public Optional<Instant> optionalInstant(String field) throws MalformedDocumentException {
        return node.has(field) ? Optional.of(instant(field)) : Optional.empty();
    }

    /** Returns the compression of a label. */
    public Compression compression(String field) throws MalformedDocumentException {
        String label = string(field, 20);
        return Compression.ofLabel(label)
                .orElseThrow(() -> wrong(field, "expected none, gzip or zstd, found \"%s\"".formatted(shown(label))));
    }

    /** Returns an object. */
    public StrictJson object(String field) throws MalformedDocumentException {
        return new StrictJson(file, pathOf(field), required(field)).requireObject();
    }

    /** Returns the objects of an array. */
    public List<StrictJson> objects(String field, int countMax) throws MalformedDocumentException {
        JsonNode value = required(field);
        if (!value.isArray()) {
            throw wrong(field, "expected an array, found " + describe(value));
        }
        if (value.size() > countMax) {
            throw wrong(field, "%d elements, at most %d are allowed".formatted(value.size(), countMax));
        }
        var objects = new ArrayList<StrictJson>();
        for (int i = 0; i < value.size(); i++) {
            objects.add(new StrictJson(file, pathOf(field) + "[" + i + "]", value.get(i)).requireObject());
        }
        return objects;
    }

    /** Checks that there is no field that nobody asked for. */
    public void end() throws MalformedDocumentException {
        for (String name : node.propertyNames()) {
            if (!seen.contains(name)) {
                throw wrong(shown(name), "unknown field; written by a later version of Lamella?");
            }
        }
    }

    /** Returns the error for a field of this object. */
    public MalformedDocumentException wrong(String field, String reason) {
        return new MalformedDocumentException(file, pathOf(field), reason);
    }

    private JsonNode required(String field) throws MalformedDocumentException {
        JsonNode value = node.get(field);
        if (value == null) {
            throw wrong(field, "missing");
        }
        if (!seen.add(field)) {
            throw new IllegalStateException("field read twice: " + pathOf(field));
        }
        return value;
    }

    private StrictJson requireObject() throws MalformedDocumentException {
        if (!node.isObject()) {
            throw new MalformedDocumentException(file, path, "expected an object, found " + describe(node));
        }
        return this;
    }

    private String pathOf(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    private static String describe(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "a truth value";
            case NULL -> "null";
            case NUMBER -> "the number " + shown(value.asString());
            case OBJECT -> "an object";
            case STRING -> "the text \"" + shown(value.stringValue()) + "\"";
            case BINARY, MISSING, POJO -> "nothing";
        };
    }

    private static String shown(String text) {
        String cut = text.length() <= 80 ? text : text.substring(0, 80) + "...";
        return ByteString.utf8(cut).toString();
    }
}
