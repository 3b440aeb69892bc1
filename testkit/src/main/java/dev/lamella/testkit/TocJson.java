package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes the entries of tables of contents, as eStargz and zstd:chunked have them; each object on a line of its own.
 */
final class TocJson {

    /** A part of a file: where it begins in the blob and in the file, and its bytes. */
    record Part(long blobOffset, int fileOffset, ByteString bytes) {}

    private final boolean estargz;
    private final List<String> objects = new ArrayList<>();

    TocJson(boolean estargz) {
        this.estargz = estargz;
    }

    /** Adds an entry with the parts its content lies in, none if it has none. */
    void add(EntryFacts entry, List<Part> parts) {
        boolean several = parts.size() > 1;
        for (int i = 0; i < Math.max(1, parts.size()); i++) {
            var fields = new ArrayList<String>();
            if (i == 0) {
                addFields(entry, fields);
            } else {
                fields.add(text("name", entry.name()));
                fields.add("\"type\":\"chunk\"");
            }
            if (!parts.isEmpty()) {
                Part part = parts.get(i);
                fields.add("\"offset\":" + part.blobOffset);
                boolean last = i == parts.size() - 1;
                if (several) {
                    fields.add("\"chunkOffset\":" + part.fileOffset);
                    fields.add("\"chunkSize\":" + (estargz && last ? 0 : part.bytes.length()));
                }
                if (several || estargz) {
                    fields.add("\"chunkDigest\":\"" + Digest.sha256Of(part.bytes.toByteArray()) + "\"");
                }
            }
            objects.add("{" + String.join(",", fields) + "}");
        }
    }

    private void addFields(EntryFacts entry, List<String> fields) {
        fields.add(text("name", entry.name()));
        fields.add("\"type\":\"" + type(entry) + "\"");
        if (entry.type() == '1' || entry.type() == '2') {
            fields.add(text("linkName", entry.link()));
        }
        fields.add("\"mode\":" + entry.mode());
        fields.add("\"uid\":" + entry.uid());
        fields.add("\"gid\":" + entry.gid());
        BigDecimal mtime = estargz ? entry.mtime().setScale(0, RoundingMode.HALF_UP) : entry.mtime();
        if (mtime.signum() != 0) {
            long seconds = mtime.setScale(0, RoundingMode.FLOOR).longValueExact();
            long nanos = mtime.subtract(BigDecimal.valueOf(seconds))
                    .movePointRight(9)
                    .longValue();
            fields.add("\"modtime\":\"" + Instant.ofEpochSecond(seconds, nanos) + "\"");
        }
        if (entry.type() == '3' || entry.type() == '4') {
            fields.add("\"devMajor\":" + entry.deviceMajor());
            fields.add("\"devMinor\":" + entry.deviceMinor());
        }
        Map<String, ByteString> xattrs = entry.xattrs();
        if (!xattrs.isEmpty()) {
            fields.add(xattrs.entrySet().stream()
                    .map(xattr -> "\"%s\":\"%s\""
                            .formatted(
                                    xattr.getKey(),
                                    Base64.getEncoder()
                                            .encodeToString(xattr.getValue().toByteArray())))
                    .collect(Collectors.joining(",", "\"xattrs\":{", "}")));
        }
        if (entry.type() == '0') {
            fields.add("\"size\":" + entry.body().length());
            if (estargz || entry.body().length() > 0) {
                fields.add("\"digest\":\"" + Digest.sha256Of(entry.content()) + "\"");
            }
        }
    }

    private static String type(EntryFacts entry) {
        return switch (entry.type()) {
            case '0' -> "reg";
            case '1' -> "hardlink";
            case '2' -> "symlink";
            case '3' -> "char";
            case '4' -> "block";
            case '5' -> "dir";
            case '6' -> "fifo";
            default -> throw new IllegalArgumentException("no TOC has type " + entry.type());
        };
    }

    private static String text(String field, ByteString value) {
        String text = new String(value.toByteArray(), StandardCharsets.UTF_8);
        if (!ByteString.utf8(text).equals(value)) {
            throw new IllegalArgumentException("not UTF-8: " + value);
        }
        return "\"%s\":\"%s\"".formatted(field, text.replace("\\", "\\\\").replace("\"", "\\\""));
    }

    /** Returns the document, with further fields behind the list. */
    String document(String more) {
        return "{\"version\":1,\"entries\":[\n%s\n]%s}\n".formatted(String.join(",\n", objects), more);
    }
}
