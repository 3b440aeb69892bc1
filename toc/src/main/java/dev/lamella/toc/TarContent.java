package dev.lamella.toc;

import dev.lamella.filetree.Digest;
import java.io.IOException;

/** A tar whose content can be looked at again, where a TOC says digests of parts of files. */
@FunctionalInterface
public interface TarContent {

    /**
     * Returns the SHA-256 of some bytes of the tar.
     *
     * @param offset of the first of them
     * @param sizeBytes how many; they lie inside the tar
     */
    Digest sha256(long offset, long sizeBytes) throws IOException;
}
