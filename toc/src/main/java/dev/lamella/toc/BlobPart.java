package dev.lamella.toc;

/**
 * Where in a blob a piece of compressed metadata lies: the payload of a skippable frame.
 *
 * @param offset of its first byte in the blob
 * @param sizeBytes its size
 * @param uncompressedSizeBytes its size when decompressed
 */
public record BlobPart(long offset, long sizeBytes, long uncompressedSizeBytes) {

    /** Returns the offset behind its last byte. */
    public long end() {
        return offset + sizeBytes;
    }
}
