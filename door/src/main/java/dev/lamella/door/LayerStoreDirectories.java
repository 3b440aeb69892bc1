package dev.lamella.door;

import dev.lamella.node.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbers of the directories that the kernel knows. A number is written down before the kernel is told, so that a successor of a process that
 * was killed knows it too. Thread-safe.
 */
final class LayerStoreDirectories implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LayerStoreDirectories.class);

    /** As many layers as a node may show. */
    static final int MAX = 100_000;

    private final Path file;
    private final Map<Long, Directory> byNumber = new HashMap<>();
    private final Map<LayerStoreName, Directory> byName = new HashMap<>();
    private long last;
    private final Journal journal;

    private static final class Directory {
        final long number;
        final LayerStoreName name;
        long lookups;

        Directory(long number, LayerStoreName name) {
            this.number = number;
            this.name = name;
        }

        String line() {
            return number + " " + name;
        }
    }

    /**
     * Opens the file.
     *
     * @param goesOn whether the kernel knows the numbers in it; how often it has looked them up is not known, so it never forgets them
     */
    LayerStoreDirectories(Path file, boolean goesOn) throws IOException {
        this.file = file;
        if (goesOn) {
            load();
        }
        this.journal = new Journal(file, this::lines);
    }

    private void load() throws IOException {
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
                read(line);
            }
        } catch (NoSuchFileException _) {
            LOG.warn("{}: missing, though the layer store goes on; what engines have open of it is stale", file);
        }
    }

    private void read(String line) {
        try {
            int space = line.indexOf(' ');
            long number = Long.parseLong(space < 0 ? line : line.substring(0, space));
            if (space < 0) {
                Optional.ofNullable(byNumber.remove(number)).ifPresent(gone -> byName.remove(gone.name));
            } else {
                var directory = new Directory(number, LayerStoreName.parse(line.substring(space + 1)));
                directory.lookups = Long.MAX_VALUE / 2;
                add(directory);
            }
            last = Math.max(last, number);
        } catch (IllegalArgumentException _) {
            LOG.warn("{}: a line that is none of ours, passed over", file);
        }
    }

    private void add(Directory directory) {
        byNumber.put(directory.number, directory);
        byName.put(directory.name, directory);
    }

    /**
     * Counts a lookup of a directory.
     *
     * @return its number, at least 1; empty if there are too many
     */
    synchronized Optional<Long> enter(LayerStoreName name) throws IOException {
        Directory known = byName.get(name);
        if (known == null) {
            if (byName.size() >= MAX) {
                return Optional.empty();
            }
            known = new Directory(last + 1, name);
            journal.add(known.line());
            last++;
            add(known);
        }
        known.lookups++;
        return Optional.of(known.number);
    }

    /** Returns the directory with a number, if the kernel may know it. */
    synchronized Optional<LayerStoreName> get(long number) {
        return Optional.ofNullable(byNumber.get(number)).map(directory -> directory.name);
    }

    /** Takes lookups back. */
    synchronized void forget(long number, long lookups) throws IOException {
        Directory known = byNumber.get(number);
        if (known == null) {
            return;
        }
        known.lookups -= lookups;
        if (known.lookups <= 0) {
            byNumber.remove(number);
            byName.remove(known.name);
            journal.add(String.valueOf(number));
        }
    }

    private List<String> lines() {
        return byNumber.values().stream().map(Directory::line).toList();
    }

    @Override
    public synchronized void close() throws IOException {
        journal.close();
    }
}
