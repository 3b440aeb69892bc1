package dev.lamella.volume;

import java.io.IOException;

/**
 * Sees a blob's bytes as they are received, compressed as they are, in their order. Called by the thread that
 * receives.
 */
@FunctionalInterface
interface BlobTap {

    /** Sees nothing. */
    BlobTap NONE = (_, _, _, _) -> {};

    /**
     * Sees the next bytes.
     *
     * @param position the offset of the first of them in the blob
     */
    void take(long position, byte[] bytes, int offset, int length) throws IOException;
}
