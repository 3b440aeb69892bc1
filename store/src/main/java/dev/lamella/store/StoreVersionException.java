package dev.lamella.store;

import java.nio.file.Path;

/** A directory is not a store, or one of a version this program does not know. */
public final class StoreVersionException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Path root;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param root the directory
     * @param reason what was found and what was expected
     */
    public StoreVersionException(Path root, String reason) {
        super("%s: %s".formatted(root, reason));
        this.root = root;
        this.reason = reason;
    }

    /** Returns the directory. */
    public Path root() {
        return root;
    }

    /** Returns what was found and what was expected. */
    public String reason() {
        return reason;
    }
}
