package dev.lamella.volume;

import dev.lamella.filetree.Digest;

/** A blob is shorter or longer than the manifest says. Reading stops one byte beyond the expected size. */
public final class BlobSizeMismatchException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final transient Digest blob;
    private final long expectedBytes;
    private final long actualBytes;

    /**
     * Makes the exception.
     *
     * @param blob the digest in the manifest
     * @param expectedBytes the size in the manifest, in bytes
     * @param actualBytes bytes received until then
     */
    public BlobSizeMismatchException(Digest blob, long expectedBytes, long actualBytes) {
        super("blob %s: %s than the %d bytes the manifest says (%d received)"
                .formatted(blob, actualBytes < expectedBytes ? "shorter" : "longer", expectedBytes, actualBytes));
        this.blob = blob;
        this.expectedBytes = expectedBytes;
        this.actualBytes = actualBytes;
    }

    /** Returns the digest in the manifest. */
    public Digest blob() {
        return blob;
    }

    /** Returns the size in the manifest, in bytes. */
    public long expectedBytes() {
        return expectedBytes;
    }

    /** Returns bytes received until then. */
    public long actualBytes() {
        return actualBytes;
    }
}
