package dev.lamella.toc;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import java.io.IOException;
import java.util.Optional;

/**
 * The parts of a regular file that a TOC lists: the entry itself is the first, objects of type {@code chunk} are the
 * others.
 */
final class FileParts {

    private final String where;
    private final TocFields file;
    private final PartListener listener;
    private long end;
    private int count;
    private boolean toTheEnd;

    /** Begins a file that errors are said to be in. */
    FileParts(String where, TocFields file, PartListener listener) throws IOException {
        this.where = where;
        this.file = file;
        this.listener = listener;
        if (file.size < 0) {
            throw TocJson.wrong(where, "size", "negative: " + file.size);
        }
        add(file);
    }

    /** Adds the next part; it begins where the one before ends. */
    void add(TocFields part) throws IOException {
        if (!part.name.equals(file.name)) {
            throw TocJson.wrong(
                    where, "name", "a chunk of another file than \"%s\"".formatted(TocException.shown(file.name)));
        }
        if (toTheEnd || part.chunkOffset != end || part.chunkSize < 0 || part.chunkSize > file.size - end) {
            throw TocJson.wrong(
                    where,
                    "chunkOffset",
                    "a chunk of %d bytes at %d of a file of %d bytes; expected one at %d"
                            .formatted(part.chunkSize, part.chunkOffset, file.size, end));
        }
        toTheEnd = part.chunkSize == 0;
        long start = end;
        end = toTheEnd ? file.size : end + part.chunkSize;
        count++;
        if (end - start < file.size) {
            Optional<Digest> digest = digest("chunkDigest", part.chunkDigest);
            if (digest.isPresent()) {
                listener.part(where, new PartListener.Part(file.size, start, end - start), digest.get());
            }
        }
    }

    /** Returns the digest of the file's content, checked for its form; empty if the TOC does not say it. */
    Optional<Digest> content() throws TocException {
        if (end != file.size) {
            throw TocJson.wrong(
                    where, "chunkSize", "the chunks end at %d of a file of %d bytes".formatted(end, file.size));
        }
        Optional<Digest> whole = digest("digest", file.digest);
        Optional<Digest> only = count == 1 ? digest("chunkDigest", file.chunkDigest) : Optional.empty();
        if (whole.isPresent() && only.isPresent() && !whole.equals(only)) {
            throw TocJson.wrong(
                    where, "chunkDigest", "%s, but the file's digest is %s".formatted(only.get(), whole.get()));
        }
        return whole.isPresent() ? whole : only;
    }

    private Optional<Digest> digest(String field, String text) throws TocException {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Digest digest = Digest.parse(text);
            if (digest.algorithm().equals(Digest.SHA256)) {
                return Optional.of(digest);
            }
        } catch (MalformedDigestException _) {
            // Falls through to the message below.
        }
        throw TocJson.wrong(where, field, "expected a sha256 digest, found \"%s\"".formatted(TocException.shown(text)));
    }
}
