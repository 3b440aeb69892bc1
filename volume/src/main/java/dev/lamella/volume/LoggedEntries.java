package dev.lamella.volume;

import dev.lamella.tar.TarEntry;
import dev.lamella.toc.EntryLog;
import dev.lamella.toc.TocComparison;
import dev.lamella.toc.TocReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The entries of a tar in a temporary file, until the table of contents comes. */
final class LoggedEntries implements AutoCloseable {

    static final String FILE = "entries.tmp";

    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileSink file;
    private final EntryLog log;

    LoggedEntries(Path directory) throws IOException {
        file = new FileSink(directory.resolve(FILE));
        log = new EntryLog(file);
    }

    EntryLog log() {
        return log;
    }

    Optional<TarEntry> last() {
        return log.last();
    }

    /** Requires that a TOC says of all entries, or of all but the last, what the tar says. */
    void requireEqual(TocComparison comparison, TocReader toc, boolean withLast) throws IOException {
        long entries = log.finish(withLast);
        file.flush();
        try (InputStream in = new BufferedInputStream(new FileRange(file.channel(), 0, file.written()), BUFFER_BYTES)) {
            comparison.requireEqual(toc, in, entries);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(file.file());
    }
}
