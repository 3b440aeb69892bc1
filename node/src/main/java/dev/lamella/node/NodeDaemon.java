package dev.lamella.node;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's layers mounted: all of them at the start, or each when it is first needed, and again whatever was lost, until its thread is
 * interrupted. All are mounted when it ends, and stay so. For one thread.
 */
public final class NodeDaemon {

    private static final Logger LOG = LoggerFactory.getLogger(NodeDaemon.class);

    /** Less than the 20 s that lamella-node.service is given to stop. */
    private static final Duration LAST_MOUNTS = Duration.ofSeconds(15);

    private final NodeService service;
    private final Duration interval;
    private final Optional<Duration> idle;

    /** What was wrong the last time. */
    private List<String> failures = List.of();

    /**
     * Makes a daemon.
     *
     * @param service the node
     * @param interval pause between two looks at the mounts
     * @param idle if layers are mounted when they are first needed: how long one stays that nobody uses
     */
    public NodeDaemon(NodeService service, Duration interval, Optional<Duration> idle) {
        this.service = service;
        this.interval = interval;
        this.idle = idle;
    }

    /**
     * Restores, then watches until the thread is interrupted.
     *
     * @param restored called once, when everything is mounted or ready to be, as far as it can be
     * @throws IOException if the first restoring fails as a whole; later failures are logged and tried again
     */
    public void run(Runnable restored) throws IOException {
        if (idle.isPresent()) {
            try (Closeable _ = service.mountOnDemand(idle.get())) {
                watch(restored);
                mountAll();
            }
        } else {
            watch(restored);
        }
        LOG.info("stopping; the layers stay mounted");
    }

    private void watch(Runnable restored) throws IOException {
        boolean ready = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                report(service.restore(), !ready);
                if (!ready) {
                    restored.run();
                    ready = true;
                }
            } catch (IOException e) {
                boolean interrupted = Thread.currentThread().isInterrupted(); // which closes files under one's hands
                if (!ready && !interrupted) {
                    throw e;
                }
                LOG.warn("looking after the mounts failed: {}", e.getMessage());
            }
            try {
                Thread.sleep(interval);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Nobody will be there to mount on demand: what is not mounted now would be missed. */
    private void mountAll() {
        try {
            boolean _ = Thread.interrupted(); // which would close files under one's hands
            report(TimeLimit.within(LAST_MOUNTS, "last mounts", service::mountAll), false);
        } catch (IOException e) {
            LOG.warn("some layers stay unmounted, and their containers do not start: {}", e.getMessage());
        } catch (TimeoutException e) {
            LOG.warn("some layers stay unmounted: not done within {} s", LAST_MOUNTS.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says how it stands if that has changed. */
    private void report(RestoreReport report, boolean first) {
        if (!report.failures().equals(failures)) {
            report.failures().forEach(failure -> LOG.warn("not mounted: {}", failure));
        }
        if (first
                || report.remounted() + report.taken() > 0
                || !report.failures().equals(failures)) {
            LOG.info(
                    "{} layers mounted, {} of them now; {} to be mounted on demand, {} of them idle now; {} failed",
                    report.mounted(),
                    report.remounted(),
                    report.waiting(),
                    report.taken(),
                    report.failures().size());
        }
        failures = report.failures();
    }
}
