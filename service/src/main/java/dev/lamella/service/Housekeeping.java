package dev.lamella.service;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done now and then by a thread of its own: looking what others changed in the store, and collecting garbage. */
final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** A store that takes long to be looked through is looked through less often. */
    private static final int PAUSE_OF_LOOKS = 20;

    private static final long STOP_SECONDS = 10;

    private final ServiceConfig config;
    private final Catalogue catalogue;
    private final Collection collection;
    private final WebServer server;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("housekeeping").daemon().factory());
    private Instant collected = Instant.now();

    Housekeeping(ServiceConfig config, Catalogue catalogue, Collection collection, WebServer server) {
        this.config = config;
        this.catalogue = catalogue;
        this.collection = collection;
        this.server = server;
        thread.execute(this::run);
    }

    private void run() {
        long start = System.nanoTime();
        try {
            catalogue.refresh();
        } catch (IOException | RuntimeException e) {
            LOG.warn("the store cannot be looked through: {}", e.getMessage());
        }
        long tookNanos = System.nanoTime() - start;
        server.housekeeping();
        collectIfDue();
        long pauseNanos = Math.max(config.limits().catalogue().refresh().toNanos(), tookNanos * PAUSE_OF_LOOKS);
        if (!thread.isShutdown()) {
            var _ = thread.schedule(this::run, pauseNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void collectIfDue() {
        Duration every = config.policy().collection().orElse(Duration.ofSeconds(Long.MAX_VALUE));
        if (Duration.between(collected, Instant.now()).compareTo(every) < 0) {
            return;
        }
        collected = Instant.now();
        try {
            var done = collection.run(false);
            LOG.info("collected garbage: {} layers, {} bytes", done.layers(), done.freedBytes());
        } catch (ProblemException | IOException | RuntimeException e) {
            LOG.warn("garbage cannot be collected: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("housekeeping does not end; it is left behind");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
