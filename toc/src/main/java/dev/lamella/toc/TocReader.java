package dev.lamella.toc;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Reads the JSON of a TOC entry by entry, in memory that does not depend on their number. */
public final class TocReader {

    private static final List<String> NAMES = List.of("version", "entries", "tarSplitDigest");
    private static final int VERSION = 1;

    private final TocJson json;
    private final TocLimits limits;
    private long objects;
    private @Nullable TocFields ahead;
    private boolean inEntries;
    private boolean entriesSeen;
    private boolean ended;
    private long version;
    private Optional<Digest> tarSplitDigest = Optional.empty();

    /**
     * Makes a reader.
     *
     * @param toc the JSON, uncompressed; the caller's to close
     * @param limits how large it may be
     */
    public TocReader(InputStream toc, TocLimits limits) {
        this.json = new TocJson(toc, limits);
        this.limits = limits;
    }

    /** Returns the digest of the compressed tar-split data, if the TOC says it. Known after the last entry. */
    public Optional<Digest> tarSplitDigest() {
        return tarSplitDigest;
    }

    /**
     * Returns the next entry, with its chunks taken together; null behind the last one, when all of the document has
     * been checked.
     */
    @Nullable
    TocEntry next() throws IOException {
        return next(PartListener.NONE);
    }

    /** Does the same and tells of the entry's parts. */
    @Nullable
    TocEntry next(PartListener listener) throws IOException {
        TocFields fields = ahead == null ? readObject() : ahead;
        ahead = null;
        if (fields == null) {
            return null;
        }
        if (fields.isChunk()) {
            throw json.wrong("type", "a chunk without a file before it");
        }
        TocEntry.Type type = typeOf(fields);
        if (type != TocEntry.Type.REG) {
            return entry(fields, type, Optional.empty());
        }
        var parts = new FileParts(json.place(), fields, listener);
        for (ahead = readObject(); ahead != null && ahead.isChunk(); ahead = readObject()) {
            parts.add(ahead);
        }
        return entry(fields, type, parts.content());
    }

    private TocEntry.Type typeOf(TocFields fields) throws TocException {
        for (TocEntry.Type type : TocEntry.Type.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(fields.type)) {
                return type;
            }
        }
        throw json.wrong("type", "unknown: \"%s\"".formatted(TocException.shown(fields.type)));
    }

    private static TocEntry entry(TocFields fields, TocEntry.Type type, Optional<Digest> content) {
        return new TocEntry(
                fields.name,
                type,
                type.isLink() ? fields.link : "",
                (int) (fields.mode & TocEntry.PERMISSIONS_MASK),
                fields.uid,
                fields.gid,
                fields.mtime,
                type.isDevice() ? fields.deviceMajor + ":" + fields.deviceMinor : "",
                type == TocEntry.Type.REG ? fields.size : 0,
                content,
                fields.xattrs);
    }

    /** Returns the next object of the list; null behind the last one, with the rest of the document read. */
    private @Nullable TocFields readObject() throws IOException {
        if (ended) {
            return null;
        }
        if (objects == 0 && !inEntries && !entriesSeen) {
            json.next();
            json.require(JsonToken.START_OBJECT, "an object");
            readUpToEntries();
        }
        if (inEntries) {
            if (!json.nextIs(JsonToken.END_ARRAY)) {
                long number = ++objects;
                json.at(() -> "entry %d of the TOC".formatted(number));
                TocFields fields = TocFields.read(json, limits);
                String name = TocException.shown(fields.name);
                json.at(() -> "entry %d of the TOC, \"%s\"".formatted(number, name));
                return fields;
            }
            inEntries = false;
            json.at(() -> "JSON");
            readUpToEntries();
        }
        finish();
        return null;
    }

    /** Reads fields until the list begins or the document's object ends. */
    private void readUpToEntries() throws IOException {
        while (!json.nextIs(JsonToken.END_OBJECT)) {
            String field = json.fieldName();
            json.next();
            switch (field) {
                case "version" -> version = json.integer(field);
                case "tarSplitDigest" -> tarSplitDigest = tarSplit(json.text(field));
                case "entries" -> {
                    json.require(JsonToken.START_ARRAY, "a list of entries");
                    inEntries = true;
                    entriesSeen = true;
                    return;
                }
                default -> {
                    TocFields.requireNoDouble(json, field, NAMES);
                    json.skip();
                }
            }
        }
    }

    private Optional<Digest> tarSplit(String text) throws TocException {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(text));
        } catch (MalformedDigestException e) {
            throw json.wrong("tarSplitDigest", TocException.shown(String.valueOf(e.getMessage())));
        }
    }

    private void finish() throws IOException {
        ended = true;
        if (json.next() != null) {
            throw json.wrong("", "more behind the end of the document");
        }
        if (!entriesSeen) {
            throw json.wrong("entries", "missing");
        }
        if (version != VERSION) {
            throw json.wrong("version", "%d, expected %d".formatted(version, VERSION));
        }
    }
}
