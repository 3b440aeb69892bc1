package dev.lamella.volume;

import dev.lamella.filetree.Digest;

/** A layer's uncompressed tar does not have the DiffID the image's config gives it. */
public final class DiffIdMismatchException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final transient Digest blob;
    private final transient Digest expected;
    private final transient Digest actual;

    /**
     * Makes the exception.
     *
     * @param blob the blob the tar came from
     * @param expected the DiffID in the config
     * @param actual the digest of the tar
     */
    public DiffIdMismatchException(Digest blob, Digest expected, Digest actual) {
        super(("blob %s: its tar has the digest %s, but the image's config says DiffID %s: "
                        + "manifest and config do not belong together")
                .formatted(blob, actual, expected));
        this.blob = blob;
        this.expected = expected;
        this.actual = actual;
    }

    /** Returns the blob the tar came from. */
    public Digest blob() {
        return blob;
    }

    /** Returns the DiffID in the config. */
    public Digest expected() {
        return expected;
    }

    /** Returns the digest of the tar. */
    public Digest actual() {
        return actual;
    }
}
