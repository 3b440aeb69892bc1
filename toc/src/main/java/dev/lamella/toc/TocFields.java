package dev.lamella.toc;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Timestamp;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonToken;

/**
 * One object of a TOC's list: an entry, or a further part ({@code chunk}) of the file before it. Fields are as they
 * are written.
 */
final class TocFields {

    private static final List<String> NAMES = List.of(
            "name",
            "type",
            "linkName",
            "mode",
            "uid",
            "gid",
            "size",
            "modtime",
            "devMajor",
            "devMinor",
            "xattrs",
            "digest",
            "chunkOffset",
            "chunkSize",
            "chunkDigest");

    /** What Go writes for a time that was never set. */
    private static final Instant GO_ZERO_TIME = Instant.parse("0001-01-01T00:00:00Z");

    private final TocJson json;
    private final int xattrBytesMax;

    String name = "";
    String type = "";
    String link = "";
    long mode;
    long uid;
    long gid;
    long size;
    Timestamp mtime = Timestamp.EPOCH;
    long deviceMajor;
    long deviceMinor;
    Map<String, ByteString> xattrs = Map.of();
    String digest = "";
    long chunkOffset;
    long chunkSize;
    String chunkDigest = "";

    private TocFields(TocJson json, TocLimits limits) {
        this.json = json;
        this.xattrBytesMax = limits.entryXattrBytesMax();
    }

    /** Reads the object whose start is at hand. */
    static TocFields read(TocJson json, TocLimits limits) throws IOException {
        json.require(JsonToken.START_OBJECT, "an object");
        var fields = new TocFields(json, limits);
        while (!json.nextIs(JsonToken.END_OBJECT)) {
            String field = json.fieldName();
            json.next();
            fields.read(field);
        }
        return fields;
    }

    boolean isChunk() {
        return type.equals("chunk");
    }

    private void read(String field) throws IOException {
        switch (field) {
            case "name" -> name = json.text(field);
            case "type" -> type = json.text(field);
            case "linkName" -> link = json.text(field);
            case "mode" -> mode = json.integer(field);
            case "uid" -> uid = json.integer(field);
            case "gid" -> gid = json.integer(field);
            case "size" -> size = json.integer(field);
            case "modtime" -> mtime = time(json.text(field));
            case "devMajor" -> deviceMajor = json.integer(field);
            case "devMinor" -> deviceMinor = json.integer(field);
            case "xattrs" -> xattrs = readXattrs();
            case "digest" -> digest = json.text(field);
            case "chunkOffset" -> chunkOffset = json.integer(field);
            case "chunkSize" -> chunkSize = json.integer(field);
            case "chunkDigest" -> chunkDigest = json.text(field);
            default -> {
                requireNoDouble(json, field, NAMES);
                json.skip();
            }
        }
    }

    /**
     * Refuses a field that Go's decoders would take for one of those known here, or that ends an object for one of
     * them.
     */
    static void requireNoDouble(TocJson json, String field, List<String> names) throws TocException {
        if (field.isEmpty()) {
            throw json.wrong("", "a field without a name, behind which readers see different things");
        }
        for (String known : names) {
            if (known.equalsIgnoreCase(field)) {
                throw json.wrong(
                        field, "differs in case only from \"%s\"; some readers take it for that".formatted(known));
            }
        }
    }

    private Timestamp time(String text) throws TocException {
        if (text.isEmpty()) {
            return Timestamp.EPOCH;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return time.equals(GO_ZERO_TIME) ? Timestamp.EPOCH : new Timestamp(time.getEpochSecond(), time.getNano());
        } catch (DateTimeException _) {
            throw json.wrong(
                    "modtime",
                    "expected a time such as 2026-01-31T12:00:00Z, found \"%s\"".formatted(TocException.shown(text)));
        }
    }

    private Map<String, ByteString> readXattrs() throws IOException {
        var found = new HashMap<String, ByteString>();
        if (json.is(JsonToken.VALUE_NULL)) {
            return found;
        }
        json.require(JsonToken.START_OBJECT, "an object of extended attributes");
        long bytes = 0;
        while (!json.nextIs(JsonToken.END_OBJECT)) {
            String key = json.fieldName();
            requireNoDouble(json, key, List.of());
            json.next();
            ByteString value = base64(key, json.text(key));
            bytes += key.length() + value.length();
            if (bytes > xattrBytesMax) {
                throw new TocLimitException(
                        "extended attributes of \"%s\"".formatted(TocException.shown(name)),
                        "entryXattrBytesMax",
                        xattrBytesMax);
            }
            found.put(key, value);
        }
        return found;
    }

    private ByteString base64(String key, String text) throws TocException {
        try {
            return ByteString.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException _) {
            throw json.wrong(key, "not base64");
        }
    }
}
