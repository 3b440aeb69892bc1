package dev.lamella.volume;

import dev.lamella.filetree.Digest;

/** A blob does not have the digest it was asked for by: the registry, or something on the way, sent other bytes. */
public final class BlobDigestMismatchException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final transient Digest expected;
    private final transient Digest actual;

    /**
     * Makes the exception.
     *
     * @param expected the digest in the manifest
     * @param actual the digest of what came
     */
    public BlobDigestMismatchException(Digest expected, Digest actual) {
        super(("blob %s: the bytes received have the digest %s; "
                        + "try again, and ask the registry's operator if it stays so")
                .formatted(expected, actual));
        this.expected = expected;
        this.actual = actual;
    }

    /** Returns the digest in the manifest. */
    public Digest expected() {
        return expected;
    }

    /** Returns the digest of what came. */
    public Digest actual() {
        return actual;
    }
}
