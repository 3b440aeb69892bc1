package dev.lamella.toc;

import dev.lamella.filetree.Digest;
import java.io.IOException;

/** Hears of the parts of files that a TOC says digests of, before the file's entry is returned. */
@FunctionalInterface
interface PartListener {

    /** Hears nothing. */
    PartListener NONE = (_, _, _) -> {};

    /** A part of a file, smaller than the file. */
    record Part(long fileSizeBytes, long offset, long sizeBytes) {}

    /**
     * Hears of a part.
     *
     * @param where the entry, for messages
     * @param part where in the file it is
     * @param digest what the TOC says of its content
     */
    void part(String where, Part part, Digest digest) throws IOException;
}
