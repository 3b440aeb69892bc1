package dev.lamella.door;

import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Open connections to registries, for each user its own: tokens got with a user's credentials are not for others. Kept a while, so that the many
 * requests of one pull share connections and token. Thread-safe.
 */
final class Upstreams implements AutoCloseable {

    private final Function<OptionalInt, EngineConfig> configs;
    private final int kept;
    private final long idleNanos;
    private final Map<Key, Entry> entries = new HashMap<>();

    private record Key(OptionalInt uid, String repository, boolean pinned) {}

    private static final class Entry {
        final Registry registry;
        int users = 1;
        long idleSinceNanos;

        Entry(Registry registry) {
            this.registry = registry;
        }
    }

    /** A registry in use. */
    final class Lease implements AutoCloseable {
        private final Entry entry;

        private Lease(Entry entry) {
            this.entry = entry;
        }

        Registry registry() {
            return entry.registry;
        }

        @Override
        public void close() {
            giveBack(entry);
        }
    }

    /**
     * Makes an empty pool.
     *
     * @param configs how a user reaches registries
     */
    Upstreams(Function<OptionalInt, EngineConfig> configs, MirrorLimits limits) {
        this.configs = configs;
        this.kept = limits.upstreams();
        this.idleNanos = limits.upstreamIdleMillis() * 1_000_000;
    }

    /** Returns a repository for a user; nobody has no credentials. */
    Lease open(OptionalInt uid, Reference reference) throws IOException {
        // registries.conf may name other mirrors for digests than for tags.
        var key = new Key(uid, reference.name(), reference.digest().isPresent());
        synchronized (entries) {
            Entry there = entries.get(key);
            if (there != null) {
                there.users++;
                return new Lease(there);
            }
        }
        // Outside the lock: certificates are read from files.
        var made = new Entry(Registry.open(reference, configs.apply(uid), Optional.empty()));
        Optional<Lease> other = Optional.empty();
        synchronized (entries) {
            Entry there = entries.get(key);
            if (there != null) {
                there.users++;
                other = Optional.of(new Lease(there));
            } else {
                entries.put(key, made);
            }
        }
        if (other.isPresent()) {
            made.registry.close();
            return other.get();
        }
        return new Lease(made);
    }

    private void giveBack(Entry entry) {
        synchronized (entries) {
            entry.users--;
            entry.idleSinceNanos = System.nanoTime();
        }
        sweep();
    }

    /** Closes what was not used for long, and the longest unused beyond the number that is kept. */
    void sweep() {
        var closed = new ArrayList<Registry>();
        synchronized (entries) {
            long now = System.nanoTime();
            List<Entry> idle = new ArrayList<>();
            for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
                Entry entry = all.next();
                if (entry.users == 0 && now - entry.idleSinceNanos > idleNanos) {
                    all.remove();
                    closed.add(entry.registry);
                } else if (entry.users == 0) {
                    idle.add(entry);
                }
            }
            idle.sort((a, b) -> Long.compare(a.idleSinceNanos - b.idleSinceNanos, 0));
            for (Entry entry : idle) {
                if (entries.size() <= kept) {
                    break;
                }
                entries.values().remove(entry);
                closed.add(entry.registry);
            }
        }
        closed.forEach(Registry::close);
    }

    @Override
    public void close() {
        var all = new ArrayList<Entry>();
        synchronized (entries) {
            all.addAll(entries.values());
            entries.clear();
        }
        all.forEach(entry -> entry.registry.close());
    }
}
