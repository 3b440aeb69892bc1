package dev.lamella.tar;

import java.io.IOException;

/** Hears of each entry of a tar, in their order, after its body has passed. Called by the thread that reads. */
@FunctionalInterface
public interface EntryListener {

    /** Hears nothing, so that no content is hashed. */
    EntryListener NONE = _ -> {};

    /**
     * Hears of an entry.
     *
     * @throws IOException to end the reading, with this exception
     */
    void entry(TarEntry entry) throws IOException;
}
