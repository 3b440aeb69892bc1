package dev.lamella.store;

import java.nio.file.Path;

/** A part of a store is away, so that nobody can tell what is needed: nothing is collected. */
public final class IncompleteStoreException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Path area;

    /**
     * Makes the exception.
     *
     * @param area the directory that is missing
     */
    public IncompleteStoreException(Path area) {
        super("%s: no such directory, though every store has it; nothing is collected until it is there again"
                .formatted(area));
        this.area = area;
    }

    /** Returns the directory that is missing. */
    public Path area() {
        return area;
    }
}
