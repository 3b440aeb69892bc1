package dev.lamella.node;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often engines have said of a layer of the layer store that they use it, less how often that they no longer do. Kept in a journal that every
 * change is added to before it is acknowledged, so that it outlives the process; not synced, as it is made anew after a reboot.
 *
 * <p>A change is told apart from all others by the number of the kernel's request: a successor of a process that was killed is asked again what
 * had no answer, and must not count it twice. Thread-safe; one process at a time writes.
 */
public final class LayerStoreUses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LayerStoreUses.class);

    private static final String FILE = "layer-uses";
    private static final String HEAD = "lamella layer uses 1";
    private static final Pattern LINE =
            Pattern.compile("([-+=#]) ([0-9a-f]{1,16})(?: (sha(?:256|512):[0-9a-f]{64,128})(?: (\\S{1,1024}))?)?");

    /** More requests than the kernel has under way. */
    private static final int REMEMBERED = 4096;

    private final State state;
    private final Journal journal;

    /**
     * What is counted.
     *
     * @param reference under which the layer was asked for; none if it was asked for by its digest alone
     * @param digest of blob, tar or table of contents
     */
    public record Key(Optional<String> reference, Digest digest) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byReference = reference.orElse("").compareTo(other.reference.orElse(""));
            return byReference != 0 ? byReference : digest.compareTo(other.digest);
        }
    }

    /** What a journal says. */
    private static final class State {
        final Map<Key, Integer> counts = new TreeMap<>();
        final Set<Long> requests = new LinkedHashSet<>();

        void change(Key key, long request, int by) {
            int count = counts.getOrDefault(key, 0) + by;
            if (count > 0) {
                counts.put(key, count);
            } else {
                counts.remove(key);
            }
            requests.add(request);
            if (requests.size() > REMEMBERED) {
                Iterator<Long> oldest = requests.iterator();
                oldest.next();
                oldest.remove();
            }
        }

        List<String> lines() {
            var lines = new ArrayList<String>();
            lines.add(HEAD);
            counts.forEach((key, count) -> lines.add(line('=', count, key)));
            requests.forEach(request -> lines.add("# %x".formatted(request)));
            return lines;
        }
    }

    private LayerStoreUses(Path file, State state) throws IOException {
        this.state = state;
        this.journal = new Journal(file, state::lines);
    }

    /**
     * Goes on with what a predecessor has counted.
     *
     * @param config the node, in whose state the journal is
     */
    public static LayerStoreUses resume(NodeConfig config) throws IOException {
        Path file = config.state().resolve(FILE);
        return new LayerStoreUses(file, parse(file));
    }

    /** Begins with what engines' own stores say: for a layer store whose mount is new, as after a reboot. */
    public static LayerStoreUses begin(NodeConfig config, Map<Key, Integer> found) throws IOException {
        var state = new State();
        state.counts.putAll(found);
        NodeFiles.makeDirectories(config.state());
        return new LayerStoreUses(config.state().resolve(FILE), state);
    }

    /** Returns what a process of this node has counted, or had when it ended; only layers that are in use. */
    public static Map<Key, Integer> read(NodeConfig config) throws IOException {
        return parse(config.state().resolve(FILE)).counts;
    }

    /** Returns what is counted; only layers that are in use, sorted by reference. */
    synchronized Map<Key, Integer> counts() {
        return new TreeMap<>(state.counts);
    }

    /**
     * Counts a use.
     *
     * @param request number of the kernel's request
     * @param again whether the kernel says that it may have asked before
     */
    public void add(Key key, long request, boolean again) throws IOException {
        change('+', key, request, again);
    }

    /** Counts the end of a use; see {@link #add}. One that was never counted is passed over. */
    public void release(Key key, long request, boolean again) throws IOException {
        change('-', key, request, again);
    }

    private synchronized void change(char sign, Key key, long request, boolean again) throws IOException {
        if (again && state.requests.contains(request)) {
            return;
        }
        journal.add(line(sign, request, key));
        state.change(key, request, sign == '+' ? 1 : -1);
    }

    private static String line(char sign, long number, Key key) {
        return "%c %x %s%s"
                .formatted(
                        sign,
                        number,
                        key.digest,
                        key.reference.map(name -> " " + name).orElse(""));
    }

    private static State parse(Path file) throws IOException {
        var state = new State();
        try (Stream<String> text = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            Iterator<String> each = text.iterator();
            if (each.hasNext() && !each.next().equals(HEAD)) {
                LOG.warn("{}: not a journal of layers in use, passed over", file);
                return state;
            }
            each.forEachRemaining(line -> read(line, state, file));
        } catch (NoSuchFileException _) {
            // Nothing was ever counted.
        }
        return state;
    }

    private static void read(String line, State state, Path file) {
        Matcher matcher = LINE.matcher(line);
        try {
            if (!matcher.matches()) {
                throw new IllegalArgumentException();
            }
            long number = Long.parseUnsignedLong(matcher.group(2), 16);
            if (matcher.group(1).equals("#")) {
                state.requests.add(number);
                return;
            }
            var key = new Key(Optional.ofNullable(matcher.group(4)), Digest.parse(String.valueOf(matcher.group(3))));
            switch (matcher.group(1)) {
                case "=" -> state.counts.put(key, (int) number);
                case "+" -> state.change(key, number, 1);
                default -> state.change(key, number, -1);
            }
        } catch (IllegalArgumentException _) {
            LOG.warn("{}: a line that is none of ours, passed over", file); // the last one, if the disk was full
        }
    }

    @Override
    public synchronized void close() throws IOException {
        journal.close();
    }
}
