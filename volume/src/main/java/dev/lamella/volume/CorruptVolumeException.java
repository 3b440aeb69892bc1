package dev.lamella.volume;

import java.nio.file.Path;

/** A file of a volume is not what the signed descriptor says. */
public final class CorruptVolumeException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offsetBytes;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param file the file
     * @param offsetBytes where it differs, in bytes; -1 where no place can be named
     * @param reason what was found and what was expected
     */
    public CorruptVolumeException(Path file, long offsetBytes, String reason) {
        super("%s%s: %s".formatted(file, offsetBytes < 0 ? "" : " at offset " + offsetBytes, reason));
        this.file = file;
        this.offsetBytes = offsetBytes;
        this.reason = reason;
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    /** Returns where it differs, in bytes; -1 where no place can be named. */
    public long offsetBytes() {
        return offsetBytes;
    }

    /** Returns what was found and what was expected. */
    public String reason() {
        return reason;
    }
}
