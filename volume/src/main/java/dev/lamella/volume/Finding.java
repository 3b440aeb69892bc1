package dev.lamella.volume;

import java.nio.file.Path;

/**
 * Something wrong with a volume.
 *
 * @param file the file it was found in
 * @param offsetBytes where in the file, in bytes; -1 where no place can be named
 * @param problem what was found and what was expected
 */
public record Finding(Path file, long offsetBytes, String problem) {

    static Finding of(CorruptVolumeException e) {
        String message = String.valueOf(e.getMessage());
        String prefix = e.offsetBytes() < 0 ? e.file() + ": " : e.file() + " at offset " + e.offsetBytes() + ": ";
        return new Finding(e.file(), e.offsetBytes(), message.substring(prefix.length()));
    }

    /** Returns file, offset and problem on one line. */
    @Override
    public String toString() {
        return "%s%s: %s".formatted(file, offsetBytes < 0 ? "" : " at offset " + offsetBytes, problem);
    }
}
