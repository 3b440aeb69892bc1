package dev.lamella.volume;

/**
 * Hears how far a layer is. Called by the thread that builds, about once for each half megabyte of data; must return
 * at once.
 */
@FunctionalInterface
public interface BuildListener {

    /** Hears nothing. */
    BuildListener NONE = (_, _) -> {};

    /**
     * Says how far it is.
     *
     * @param blobBytes bytes of the blob received so far
     * @param dataBytes bytes of the uncompressed tar written so far
     */
    void progress(long blobBytes, long dataBytes);
}
