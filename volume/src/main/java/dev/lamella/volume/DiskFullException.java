package dev.lamella.volume;

import java.nio.file.Path;

/** There is no room for what is to be written. */
public final class DiskFullException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;
    private final long neededBytes;
    private final long freeBytes;

    /**
     * Makes the exception.
     *
     * @param path the file or directory written to
     * @param neededBytes bytes that are needed at least, any reserve included
     * @param freeBytes bytes that are free
     */
    public DiskFullException(Path path, long neededBytes, long freeBytes) {
        super("%s: no space left: %d bytes needed at least, %d free; make room or lower the reserve"
                .formatted(path, neededBytes, freeBytes));
        this.path = path;
        this.neededBytes = neededBytes;
        this.freeBytes = freeBytes;
    }

    /** Returns the file or directory written to. */
    public Path path() {
        return path;
    }

    /** Returns bytes that are needed at least, any reserve included. */
    public long neededBytes() {
        return neededBytes;
    }

    /** Returns bytes that are free. */
    public long freeBytes() {
        return freeBytes;
    }
}
