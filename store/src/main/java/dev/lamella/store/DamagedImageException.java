package dev.lamella.store;

import java.nio.file.Path;

/** An image kept in the store is not what its signed record says. */
public final class DamagedImageException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param file the damaged file
     * @param reason what was found and what was expected
     */
    public DamagedImageException(Path file, String reason) {
        super("%s: %s".formatted(file, reason));
        this.file = file;
        this.reason = reason;
    }

    /** Returns the damaged file. */
    public Path file() {
        return file;
    }

    /** Returns what was found and what was expected. */
    public String reason() {
        return reason;
    }
}
