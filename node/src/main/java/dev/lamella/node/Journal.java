package dev.lamella.node;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * A file that lines are added to, and that is replaced by a short one when most of them no longer matter. A line that was added outlives the process,
 * though not the machine: nothing is synced. To be used under a lock of the caller's; one process at a time writes.
 */
public final class Journal implements AutoCloseable {

    /** A file of fewer lines is not worth replacing. */
    private static final int LINES_MIN = 10_000;

    /** Added to what was kept. */
    private static final int GROWTH_MAX = 4;

    private final Path file;
    private final Supplier<List<String>> kept;
    /** Not a channel, which an interrupt would close: who lost interest in one answer must not end all others. */
    private OutputStream out;

    private int lines;
    private int linesMax;

    /**
     * Begins a file, in place of what is there.
     *
     * @param file in a directory that exists
     * @param kept the lines that still matter, whenever the file is made anew, now for the first time
     */
    public Journal(Path file, Supplier<List<String>> kept) throws IOException {
        this.file = file;
        this.kept = kept;
        this.out = fresh();
    }

    /** Adds a line. */
    public void add(String line) throws IOException {
        if (lines > linesMax) {
            OutputStream former = out;
            out = fresh();
            former.close();
        }
        write(out, line);
    }

    private OutputStream fresh() throws IOException {
        Path temporary = NodeFiles.temporary(file);
        OutputStream stream = new FileOutputStream(temporary.toFile());
        try {
            lines = 0;
            for (String line : kept.get()) {
                write(stream, line);
            }
            linesMax = Math.max(LINES_MIN, GROWTH_MAX * lines);
            NodeFiles.rename(temporary, file);
            return stream;
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    private void write(OutputStream to, String line) throws IOException {
        to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        lines++;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
