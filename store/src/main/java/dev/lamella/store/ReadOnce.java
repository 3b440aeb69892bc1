package dev.lamella.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Small files that others may replace at any time, each read once as long as it stays the same. For one thread.
 *
 * @param <T> what is in one
 */
final class ReadOnce<T> {

    /** Two versions of a file may look alike if one follows the other within the clock's step, of up to 2 s. */
    private static final Duration CLOCK_STEP = Duration.ofSeconds(3);

    private final Reader<T> reader;
    private final Map<Path, Version<T>> known = new HashMap<>();

    /** Reads a file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Path file) throws IOException;
    }

    private record Looks(FileTime modified, Optional<Object> key, long sizeBytes) {
        static Looks of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Looks(
                    attributes.lastModifiedTime(), Optional.ofNullable(attributes.fileKey()), attributes.size());
        }
    }

    private record Version<T>(Looks looks, T content) {}

    ReadOnce(Reader<T> reader) {
        this.reader = reader;
    }

    /**
     * Returns what is in a file.
     *
     * @param now the time by the file system's clock
     */
    T read(Path file, Instant now) throws IOException {
        Looks looks = Looks.of(file);
        Version<T> version = known.get(file);
        if (version != null && version.looks.equals(looks)) {
            return version.content;
        }
        T content = reader.read(file);
        boolean settled = looks.modified().toInstant().plus(CLOCK_STEP).isBefore(now);
        if (settled) {
            known.put(file, new Version<>(looks, content));
        } else {
            known.remove(file);
        }
        return content;
    }
}
