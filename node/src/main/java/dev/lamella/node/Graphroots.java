package dev.lamella.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What the engines of this machine still need: the references in their own stores to layers that they do not have
 * themselves.
 *
 * <p>The stores of root's engine are trusted to be readable: if one is not, nothing goes on. Those of users are not: one that cannot be read only
 * keeps layers from being taken away, for nobody knows which of them its engine needs.
 */
final class Graphroots {

    private static final Logger LOG = LoggerFactory.getLogger(Graphroots.class);

    /** How long the home directories of all users have: they may lie on other machines. */
    private static final Duration USERS_WAIT = Duration.ofSeconds(10);

    private final List<Path> named;
    private final Optional<EngineStores> engines;
    private final Optional<LayerStoreTrace> layerStore;
    private final Duration wait;
    private volatile List<String> complaints = List.of();

    /** Looks into these stores and no others. */
    Graphroots(List<Path> named) {
        this(named, Optional.empty(), USERS_WAIT);
    }

    Graphroots(List<Path> named, Optional<EngineStores> engines, Duration wait) {
        this(named, engines, Optional.empty(), wait);
    }

    private Graphroots(
            List<Path> named, Optional<EngineStores> engines, Optional<LayerStoreTrace> layerStore, Duration wait) {
        this.named = List.copyOf(named);
        this.engines = engines;
        this.layerStore = layerStore;
        this.wait = wait;
    }

    /** Looks for what a node's configuration says. */
    static Graphroots of(NodeConfig config, LayerStoreView layers) {
        return new Graphroots(
                config.graphroots(),
                config.engines(),
                config.layerStore().map(mountPoint -> new LayerStoreTrace(mountPoint, config, layers)),
                USERS_WAIT);
    }

    /**
     * What is known.
     *
     * @param uses the references found
     * @param additional the layers of the layer store found
     * @param problems files of users that cannot be read, with the reasons: there may be more references
     */
    record Found(List<LayerUse> uses, List<AdditionalLayerUse> additional, List<String> problems) {

        /** Returns whether this is all there is. */
        boolean isAll() {
            return problems.isEmpty();
        }
    }

    /**
     * Returns every reference to a layer below an engine's own layers or images. One that is met by a layer of the
     * engine's own, as after a plain pull, is none: engines look into their own store first.
     *
     * @throws DamagedImageStoreException if a list of root's engine cannot be read, so that nobody knows what it needs
     */
    Found find() throws IOException {
        var roots = new LinkedHashSet<Path>();
        named.forEach(root -> roots.add(root.normalize()));
        if (engines.isPresent()) {
            engines.get().ofRoot().ifPresent(root -> roots.add(root.normalize()));
        }
        var uses = new ArrayList<LayerUse>();
        var additional = new ArrayList<AdditionalLayerUse>();
        for (Path root : roots) {
            Found found = new GraphrootLists(root, Optional.empty(), OF_ROOT).find(mountPoint());
            uses.addAll(found.uses());
            additional.addAll(found.additional());
        }
        Found users = engines.isPresent() ? ofUsers(engines.get(), roots) : new Found(List.of(), List.of(), List.of());
        uses.addAll(users.uses());
        additional.addAll(users.additional());
        if (layerStore.isPresent()) {
            uses.addAll(layerStore.get().uses(additional));
        }
        return new Found(uses, additional, users.problems());
    }

    private Optional<Path> mountPoint() {
        return layerStore.map(LayerStoreTrace::mountPoint);
    }

    /** Returns the references that are known. */
    List<LayerUse> uses() throws IOException {
        return find().uses();
    }

    /** Returns the references if they are all known. If not, nothing may be taken away; why is said once, as long as it does not change. */
    Optional<List<LayerUse>> allUses() throws IOException {
        Found found = find();
        if (found.isAll()) {
            return Optional.of(found.uses());
        }
        if (!found.problems().equals(complaints)) {
            complaints = found.problems();
            LOG.warn(
                    "layers and images that nobody needs stay for now, as it cannot be told what users' engines need: {}; mend or remove these files, or set node.find-graphroots = false",
                    String.join("; ", complaints));
        }
        return Optional.empty();
    }

    private static final GraphrootLists.Reader OF_ROOT = new GraphrootLists.Reader() {
        @Override
        public List<JsonNode> list(Path file) throws IOException {
            return read(file);
        }

        @Override
        public Optional<String> path(Path file) throws IOException {
            try {
                return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
            } catch (NoSuchFileException _) {
                return Optional.empty();
            }
        }
    };

    private static List<JsonNode> read(Path file) throws IOException {
        try {
            byte[] content = Files.readAllBytes(file);
            return content.length == 0
                    ? List.of()
                    : StoreLists.read(content).valueStream().toList();
        } catch (NoSuchFileException _) {
            // An engine that has never made one.
            return List.of();
        } catch (IllegalArgumentException e) {
            throw new DamagedImageStoreException(
                    file,
                    String.valueOf(e.getMessage()),
                    "as long as this engine's own store cannot be read, nobody knows which layers it needs");
        }
    }

    /** Reads the stores of users, whose home directories may lie on a file system that hangs. */
    private Found ofUsers(EngineStores from, Set<Path> known) throws IOException {
        var where = new AtomicReference<>(Path.of("/home"));
        try {
            return TimeLimit.within(wait, "users' stores", () -> readUsers(from, known, where));
        } catch (TimeoutException _) {
            return new Found(
                    List.of(),
                    List.of(),
                    List.of("%s: no answer within %d s".formatted(where.get(), wait.toSeconds())));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Found(List.of(), List.of(), List.of("interrupted"));
        }
    }

    private Found readUsers(EngineStores from, Set<Path> known, AtomicReference<Path> where) throws IOException {
        var uses = new ArrayList<LayerUse>();
        var additional = new ArrayList<AdditionalLayerUse>();
        var problems = new ArrayList<String>();
        for (EngineStores.UserStores user : from.ofUsers(where::set)) {
            user.problem().ifPresent(problems::add);
            for (EngineStores.UserStore store : user.stores()) {
                where.set(store.graphroot());
                if (known.contains(store.graphroot())) {
                    continue;
                }
                try {
                    Found found = new GraphrootLists(
                                    store.graphroot(), Optional.of(store.user()), UserLists.of(store.owners()))
                            .find(mountPoint());
                    uses.addAll(found.uses());
                    additional.addAll(found.additional());
                } catch (UserFileException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            }
        }
        return new Found(uses, additional, problems);
    }
}
