package dev.lamella.service;

import dev.lamella.client.CollectionView;
import dev.lamella.jobs.AuditLog;
import dev.lamella.jobs.JobDatabase;
import dev.lamella.jobs.JobQueue;
import dev.lamella.jobs.JobState;
import dev.lamella.jobs.JobWorker;
import dev.lamella.jobs.NodeRegistry;
import dev.lamella.jobs.SampleStore;
import dev.lamella.jobs.TokenStore;
import dev.lamella.oci.EngineConfig;
import dev.lamella.store.DirectoryStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generator as a service: its API, its webhooks and its page, over a durable queue whose jobs it runs. Thread-safe.
 *
 * <pre>{@code
 * try (var service = GeneratorService.start(config, store, engine)) {
 *     ... until it is told to end ...
 * }
 * }</pre>
 */
public final class GeneratorService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GeneratorService.class);
    /** Of the API, which within {@code /v1} only grows; the program has another. */
    private static final String API_VERSION = "0.1.0";

    private final JobDatabase database;
    private final JobWorker worker;
    private final ServiceMetrics metrics;
    private final EventStreams streams;
    private final WebServer server;
    private final Housekeeping housekeeping;
    private final List<Route> routes;
    private final AtomicBoolean closed = new AtomicBoolean();

    private GeneratorService(JobDatabase database, JobWorker worker, Assembly assembly) throws IOException {
        this.database = database;
        this.worker = worker;
        this.metrics = assembly.metrics;
        this.streams = assembly.streams;
        this.routes = assembly.routes(worker);
        assembly.measure(worker);
        this.server = new WebServer(assembly.config.listen(), assembly.config.limits(), assembly.front(), routes);
        server.start();
        this.housekeeping = assembly.housekeeping(server);
    }

    /**
     * Starts the service. When it returns, requests are answered and jobs are run; the store is read for its lists in the background.
     *
     * @param config how
     * @param store where images are published to; opened for writing
     * @param engine how registries are reached
     * @throws IOException if the database cannot be opened, or the address or socket not be listened on
     */
    public static GeneratorService start(ServiceConfig config, DirectoryStore store, EngineConfig engine)
            throws IOException {
        JobDatabase database = JobDatabase.open(config.database());
        try {
            var assembly = new Assembly(config, database, store, engine);
            JobWorker worker = JobWorker.start(
                    assembly.queue, assembly.runner(engine), config.worker().withNumbers(assembly.statistics::numbers));
            try {
                var service = new GeneratorService(database, worker, assembly);
                LOG.info(
                        "generator {} answers at {}{}",
                        config.worker().generator(),
                        service.address().map(InetSocketAddress::toString).orElse(""),
                        config.listen().socket().map(socket -> " " + socket).orElse(""));
                return service;
            } catch (IOException | RuntimeException e) {
                worker.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Returns the address that is listened on, with the port that was taken; nothing if there is only a socket. */
    public Optional<InetSocketAddress> address() {
        return server.address();
    }

    /** Returns all routes, for tests that look at each of them. */
    List<Route> routes() {
        return routes;
    }

    /**
     * Ends in good order: no more requests are taken, those that have begun are finished, then jobs that run are finished or given back to
     * the queue. Each waits for a bounded time only.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        LOG.info("stopping: no more requests are taken");
        streams.stop();
        server.close();
        housekeeping.close();
        LOG.info("stopping: {} jobs are under way", worker.running());
        worker.close();
        metrics.close();
        database.close();
        LOG.info("stopped");
    }

    /** The parts of the service, put together. */
    private static final class Assembly {
        private final ServiceConfig config;
        private final JobDatabase database;
        private final JobQueue queue;
        private final ServiceMetrics metrics = new ServiceMetrics();
        private final Images images;
        private final Catalogue catalogue;
        private final Audit audit;
        private final Tokens tokens;
        private final Sessions sessions;
        private final Guard guard;
        private final Nodes nodes;
        private final Statistics statistics;
        private final Collection collection;
        private final Submissions submissions;
        private final EventStreams streams;

        Assembly(ServiceConfig config, JobDatabase database, DirectoryStore store, EngineConfig engine) {
            this.config = config;
            this.database = database;
            this.queue = JobQueue.of(database, config.queue());
            this.catalogue = new Catalogue(store, config.limits().catalogue());
            this.images = new Images(store, catalogue);
            this.audit = new Audit(new AuditLog(database));
            this.tokens = new Tokens(new TokenStore(database));
            this.sessions = new Sessions(config.limits().http(), tokens);
            this.guard =
                    new Guard(tokens, sessions, config.listen(), config.limits().rates());
            this.nodes = new Nodes(new NodeRegistry(database));
            this.statistics = new Statistics(queue, new SampleStore(database), catalogue, nodes, metrics);
            this.collection = new Collection(store, catalogue, nodes, audit, config.policy());
            this.submissions = new Submissions(queue, engine, config);
            this.streams = new EventStreams(config.limits().http());
        }

        ImageRunner runner(EngineConfig engine) {
            return new ImageRunner(images, engine, config, metrics);
        }

        Front front() {
            return new Front(guard, metrics, config.limits().http());
        }

        List<Route> routes(JobWorker worker) {
            var jobs = new JobsApi(queue, submissions, audit, streams, config);
            var imagesApi = new ImagesApi(images, nodes, audit);
            var webhooks = new WebhooksApi(
                    config.webhooks(),
                    config.limits().rates(),
                    new WebhooksApi.Parts(guard, database, queue, submissions, catalogue, collection, audit, metrics));
            var page = new PageRoutes(
                    new PageSessions(guard, sessions, tokens),
                    jobs,
                    imagesApi,
                    new PageRoutes.Parts(catalogue, statistics, nodes, audit));
            var routes = new ArrayList<Route>();
            routes.addAll(jobs.routes());
            routes.addAll(imagesApi.routes());
            routes.addAll(new AdminApi(tokens, nodes, statistics, collection, audit).routes());
            routes.addAll(webhooks.routes());
            routes.addAll(new OperationsApi(metrics, catalogue, worker::isDatabaseThere).routes());
            routes.addAll(page.routes());
            routes.add(OperationsApi.description(routes, API_VERSION));
            return List.copyOf(routes);
        }

        Housekeeping housekeeping(WebServer server) {
            var housekeeping = new Housekeeping();
            Duration pause = config.limits().catalogue().refresh();
            housekeeping.often("looking through the store", pause, catalogue::refresh);
            housekeeping.often("looking at the certificate", pause, server::lookAtCertificate);
            config.policy()
                    .collection()
                    .ifPresent(every -> housekeeping.every("collecting garbage", every, () -> {
                        CollectionView done = collection.run(false);
                        LOG.info("collected garbage: {} layers, {} bytes", done.layers(), done.freedBytes());
                    }));
            return housekeeping;
        }

        void measure(JobWorker worker) {
            for (JobState state : JobState.values()) {
                metrics.gauge(
                        "lamella.generator.jobs",
                        "Jobs in each state",
                        "state",
                        state.name().toLowerCase(Locale.ROOT),
                        () -> statistics.jobs(state));
            }
            metrics.gauge(
                    "lamella.generator.queue.age.seconds",
                    "How long the job waits that waits longest",
                    statistics::oldestQueuedSeconds);
            metrics.gauge("lamella.generator.running", "Jobs this generator runs", worker::running);
            metrics.gauge("lamella.generator.streams", "Streams of events that are open", streams::open);
            metrics.gauge("lamella.generator.nodes", "Nodes that were seen in the last hour", nodes::count);
            metrics.gauge(
                    "lamella.store.images",
                    "Images of the store",
                    () -> statistics.now().images());
            metrics.gauge(
                    "lamella.store.layers",
                    "Layers of the store",
                    () -> statistics.now().layers());
            metrics.gauge(
                    "lamella.store.bytes",
                    "What the layers take",
                    () -> statistics.now().storedBytes());
            metrics.gauge(
                    "lamella.store.saved.bytes",
                    "What sharing layers saves",
                    () -> statistics.now().savedBytes());
        }
    }
}
