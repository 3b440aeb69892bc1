package dev.lamella.volume;

import java.nio.file.Path;

/** A key file cannot be used. */
public final class KeyFileException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param file the key file
     * @param reason why, and what to do
     */
    public KeyFileException(Path file, String reason) {
        super("key file %s: %s".formatted(file, reason));
        this.file = file;
        this.reason = reason;
    }

    /** Returns the key file. */
    public Path file() {
        return file;
    }

    /** Returns why, and what to do. */
    public String reason() {
        return reason;
    }
}
