package dev.lamella.cli;

import dev.lamella.door.DoorMetrics;
import dev.lamella.door.ImagePublisher;
import dev.lamella.door.LayerStoreMount;
import dev.lamella.door.Mirror;
import dev.lamella.door.NodeApi;
import dev.lamella.door.OnMiss;
import dev.lamella.door.PullPolicy;
import dev.lamella.door.PullService;
import dev.lamella.generator.PublishListener;
import dev.lamella.generator.PublishOptions;
import dev.lamella.generator.Publisher;
import dev.lamella.linux.ProcessGroup;
import dev.lamella.node.NodeConfig;
import dev.lamella.node.NodeDaemon;
import dev.lamella.node.NodeService;
import dev.lamella.store.DirectoryStore;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node daemon: keeps the layers mounted, and looks after the images that engines ask for. A store that is away at the start keeps
 * neither from starting; until it is there, engines fetch what is not shown yet.
 */
final class NodeProcess {

    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);
    private static final long STORE_PAUSE_MILLIS = 5_000;

    private final AtomicReference<Session> session;
    private final boolean asksGenerator;
    private final AtomicReference<Optional<AskedGenerator>> generator = new AtomicReference<>(Optional.empty());
    private final DoorMetrics metrics = new DoorMetrics();
    private final AtomicReference<Optional<PullService>> pulls = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<NodeService>> node = new AtomicReference<>(Optional.empty());
    private final long startNanos = System.nanoTime();

    /**
     * Makes a daemon.
     *
     * @param asksGenerator whether it has the configured generator publish what engines miss; else it does that itself
     */
    NodeProcess(Session session, boolean asksGenerator) {
        this.session = new AtomicReference<>(session);
        this.asksGenerator = asksGenerator;
    }

    /** Runs until the calling thread is interrupted. */
    void run(Duration interval) throws IOException {
        Session first = session.get();
        metrics.gauge(
                "lamella.pulls.underway",
                () -> pulls.get().map(PullService::underWay).orElse(0));
        metrics.gauge("lamella.layers.listed", () -> count(NodeService::shownLayers));
        metrics.gauge("lamella.images.listed", () -> count(NodeService::shownImages));
        try (var manager = new ServiceManager(first);
                NodeApi _ = NodeApi.start(
                        first.config().get(ConfigKey.NODE_SOCKET),
                        new NodeApi.Parts(pulls::get, node::get, metrics, this::status))) {
            Optional<DirectoryStore> store = openStore(manager);
            if (store.isEmpty()) {
                return;
            }
            NodeService service = first.node(store.get());
            if (asksGenerator) {
                generator.set(Optional.of(new AskedGenerator(new GeneratorSettings(first).connect(), service)));
            }
            HangupSignal.onHangup(() -> reload(manager, store.get(), service));
            // Engines may ask before everything is mounted again: what they ask for comes first.
            pulls.set(Optional.of(pullService(first, store.get(), service)));
            try (Closeable _ = layerStore(first.nodeConfig(), service)) {
                node.set(Optional.of(service));
                LOG.info("ready after {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
                Optional<Duration> idle = idle(first.config());
                if (idle.isPresent()) {
                    ProcessGroup.lead();
                }
                new NodeDaemon(service, interval, idle).run(manager::ready);
            }
        } finally {
            pulls.getAndSet(Optional.empty()).ifPresent(PullService::close);
            Optional<AskedGenerator> asked = generator.getAndSet(Optional.empty());
            if (asked.isPresent()) {
                asked.get().close();
            }
        }
    }

    /** Mounts the layer store, if there is to be one. What becomes of it is no reason for the rest not to work. */
    private Closeable layerStore(NodeConfig config, NodeService service) {
        if (config.layerStore().isEmpty()) {
            return () -> {};
        }
        try {
            return LayerStoreMount.start(new LayerStoreMount.Parts(config, service, pulls::get));
        } catch (IOException e) {
            LOG.error("no layer store at {}: {}", config.layerStore().get(), e.getMessage());
            return () -> {};
        }
    }

    /** Returns how long an idle layer stays mounted, if layers are mounted on demand. */
    private static Optional<Duration> idle(Config config) {
        int seconds = config.get(ConfigKey.NODE_UNMOUNT_IDLE_SECONDS);
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    /** Waits for the store, which has to be written to if anything is to be published; empty if the thread was interrupted. */
    private Optional<DirectoryStore> openStore(ServiceManager manager) {
        while (true) {
            try {
                Session from = session.get();
                boolean publishes = policy(from.config()).onMiss() != OnMiss.IGNORE;
                return Optional.of(publishes ? from.writeStore() : from.nodeStore());
            } catch (IOException e) {
                LOG.warn(
                        "the store cannot be opened, trying again in {} s: {}",
                        STORE_PAUSE_MILLIS / 1000,
                        e.getMessage());
                manager.ready(); // what starts after the node need not wait for the store as well
            }
            try {
                Thread.sleep(STORE_PAUSE_MILLIS);
            } catch (InterruptedException _) {
                return Optional.empty();
            }
        }
    }

    /** Reads the configuration again. What is wrong with it is said, and the former one holds. */
    private void reload(ServiceManager manager, DirectoryStore store, NodeService service) {
        manager.reloading();
        try {
            Session fresh = session.get().again();
            PullService next = pullService(fresh, store, service);
            session.set(fresh);
            // The former one goes on with what it has begun; nothing new comes to it.
            pulls.set(Optional.of(next));
            LOG.info("the configuration was read again; paths, signing and mounts stay as they were at the start");
        } catch (IOException e) {
            LOG.error("the former configuration holds: {}", Failure.of(e).message());
        }
        manager.ready();
    }

    private PullService pullService(Session from, DirectoryStore store, NodeService service) throws IOException {
        var publisher = new Publisher(store, from.engineConfig(), from.publishLimits());
        ImagePublisher own = (reference, platform, engine, credentials) -> publisher
                .with(engine)
                .publish(reference, new PublishOptions(platform, credentials), PublishListener.NONE)
                .image();
        ImagePublisher publish =
                generator.get().map(asked -> asked.publisher(store, own)).orElse(own);
        return new PullService(
                new PullService.Parts(service, store, publish, metrics),
                new PullService.Settings(
                        policy(from.config()),
                        from.engineConfig(),
                        from.platform(),
                        Mirror.namesOf(from.mirrorAddress())));
    }

    private static PullPolicy policy(Config config) {
        String onMiss = config.get(ConfigKey.DOORS_ON_MISS);
        return new PullPolicy(
                OnMiss.valueOf(onMiss.replace('-', '_').toUpperCase(Locale.ROOT)),
                Duration.ofSeconds(config.get(ConfigKey.DOORS_TIME_BOX_SECONDS)),
                config.get(ConfigKey.DOORS_ALLOW),
                config.get(ConfigKey.DOORS_DENY),
                config.get(ConfigKey.DOORS_PRIVATE_IMAGES),
                config.get(ConfigKey.DOORS_PUBLISHES),
                config.get(ConfigKey.DOORS_WAITING));
    }

    private NodeApi.Status status() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", Lamella.Version.number());
        facts.put("ready", node.get().isPresent());
        facts.put("upSeconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos));
        facts.put("images", count(NodeService::shownImages));
        facts.put("layers", count(NodeService::shownLayers));
        facts.put("pullsUnderWay", pulls.get().map(PullService::underWay).orElse(0));
        return new NodeApi.Status(node.get().isPresent(), facts);
    }

    /** Lists something of the node. */
    @FunctionalInterface
    private interface Listing {
        List<?> of(NodeService service) throws IOException;
    }

    /** Counts what a node lists; -1 if it cannot be told. */
    private int count(Listing listing) {
        try {
            return node.get().isPresent() ? listing.of(node.get().get()).size() : 0;
        } catch (IOException e) {
            LOG.warn("the image store cannot be read: {}", e.getMessage());
            return -1;
        }
    }
}
