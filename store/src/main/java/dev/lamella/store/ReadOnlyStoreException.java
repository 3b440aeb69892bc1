package dev.lamella.store;

import java.nio.file.Path;

/** Something was to be written through a store opened without a signing key. */
public final class ReadOnlyStoreException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Path root;

    /**
     * Makes the exception.
     *
     * @param root the store's directory
     */
    public ReadOnlyStoreException(Path root) {
        super("%s: opened for reading only: writing needs a signing key".formatted(root));
        this.root = root;
    }

    /** Returns the store's directory. */
    public Path root() {
        return root;
    }
}
