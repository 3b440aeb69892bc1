package dev.lamella.filetree;

/**
 * A run of a file's bytes and where they lie.
 *
 * @param fileOffset offset of the run in the file, in bytes
 * @param length number of bytes, more than 0
 * @param source which of the two places holds them
 * @param sourceOffset offset of the run in that place, in bytes
 */
public record Extent(long fileOffset, long length, Source source, long sourceOffset) {

    /** The places that hold content. */
    public enum Source {
        /** The layer's uncompressed tar, used verbatim. */
        DATA,
        /** Bytes that cannot be used where they lie in the tar; kept beside it while a volume is built and stored in its index. */
        STORED
    }

    /** Checks the ranges. */
    public Extent {
        if (fileOffset < 0 || length <= 0 || sourceOffset < 0) {
            throw new IllegalArgumentException("bad extent: %d+%d at %d".formatted(fileOffset, length, sourceOffset));
        }
    }
}
