package dev.lamella.store;

import java.nio.file.Path;

/** An area of a store has more entries than {@link StoreLimits} allows to list. */
public final class TooManyEntriesException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Path area;
    private final long limit;

    /**
     * Makes the exception.
     *
     * @param area the directory
     * @param limit the limit
     */
    public TooManyEntriesException(Path area, long limit) {
        super("%s: more than %d entries; raise the limit".formatted(area, limit));
        this.area = area;
        this.limit = limit;
    }

    /** Returns the directory. */
    public Path area() {
        return area;
    }

    /** Returns the limit. */
    public long limit() {
        return limit;
    }
}
