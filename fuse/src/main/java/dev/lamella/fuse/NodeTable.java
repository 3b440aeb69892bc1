package dev.lamella.fuse;

import dev.lamella.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Node ids for a file system that has none of its own: a number for each file the kernel knows, from 2 on and never
 * used again, with the count of lookups the kernel has not forgotten. The root is not in it. Safe for many threads.
 *
 * @param <K> what tells files apart, such as device and inode number
 * @param <N> what the file system keeps for each
 */
public final class NodeTable<K, N> {

    private static final class Known<K, N> {
        final long id;
        final K key;
        final N node;
        /** Guarded by the computations of {@link #byKey}. */
        long lookups;

        Known(long id, K key, N node) {
            this.id = id;
            this.key = key;
            this.node = node;
        }
    }

    private final int nodesMax;
    private final ConcurrentMap<K, Known<K, N>> byKey = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, Known<K, N>> byId = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong(FileSystem.ROOT_ID);
    private final AtomicInteger size = new AtomicInteger();

    /** Makes an empty table for at most so many nodes. */
    public NodeTable(int nodesMax) {
        this.nodesMax = nodesMax;
    }

    /**
     * Counts a lookup of a file, and gives it a number if it is new.
     *
     * @param make makes what is kept for a new one; not called otherwise
     * @return the node id
     * @throws FuseException ENFILE if the table is full
     */
    public long enter(K key, Supplier<N> make) throws FuseException {
        return enterIf(key, make).orElseThrow(() -> FuseException.of(Errno.ENFILE));
    }

    /** As {@link #enter}, for a file that may be known and is not to be entered if it is not. */
    public Optional<Long> enterKnown(K key) {
        return enterIf(key, null);
    }

    private Optional<Long> enterIf(K key, @Nullable Supplier<N> make) {
        Known<K, N> entered = byKey.compute(key, (_, known) -> {
            Known<K, N> node = known == null && make != null ? add(key, make) : known;
            if (node != null) {
                node.lookups++;
            }
            return node;
        });
        return Optional.ofNullable(entered).map(known -> known.id);
    }

    private @Nullable Known<K, N> add(K key, Supplier<N> make) {
        if (size.incrementAndGet() > nodesMax) {
            size.decrementAndGet();
            return null;
        }
        var known = new Known<>(lastId.incrementAndGet(), key, make.get());
        byId.put(known.id, known);
        return known;
    }

    /**
     * Returns what is kept for a node.
     *
     * @throws FuseException ESTALE if it is not known
     */
    public N get(long id) throws FuseException {
        Known<K, N> known = byId.get(id);
        if (known == null) {
            throw FuseException.of(Errno.ESTALE);
        }
        return known.node;
    }

    /** Takes lookups of a node back; returns what was kept for it if that were the last. */
    public Optional<N> forget(long id, long lookups) {
        Known<K, N> known = byId.get(id);
        if (known == null) {
            return Optional.empty();
        }
        Known<K, N> left = byKey.computeIfPresent(known.key, (_, node) -> {
            if (node != known) {
                return node; // The kernel forgot too much, and the file has been entered again.
            }
            node.lookups -= lookups;
            if (node.lookups > 0) {
                return node;
            }
            size.decrementAndGet(); // Here, or the table would look full to who enters the file again meanwhile.
            return null;
        });
        return left == null && byId.remove(id) != null ? Optional.of(known.node) : Optional.empty();
    }

    /**
     * Forgets all, since unmounting does not say so for each; returns what was kept for them. For {@link
     * FileSystem#end}.
     */
    public List<N> clear() {
        var nodes = new ArrayList<N>();
        for (Known<K, N> known : List.copyOf(byId.values())) {
            forget(known.id, Long.MAX_VALUE).ifPresent(nodes::add);
        }
        return nodes;
    }

    /** Returns the number of nodes. */
    public int size() {
        return size.get();
    }
}
