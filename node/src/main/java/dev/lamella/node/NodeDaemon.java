package dev.lamella.node;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's layers mounted: all of them at the start, and again whatever was lost, until its thread is interrupted. The mounts
 * stay when it ends. For one thread.
 */
public final class NodeDaemon {

    private static final Logger LOG = LoggerFactory.getLogger(NodeDaemon.class);

    private final NodeService service;
    private final Duration interval;

    /** What was wrong the last time. */
    private List<String> failures = List.of();

    /**
     * Makes a daemon.
     *
     * @param service the node
     * @param interval pause between two looks at the mounts
     */
    public NodeDaemon(NodeService service, Duration interval) {
        this.service = service;
        this.interval = interval;
    }

    /**
     * Restores, then watches until the thread is interrupted.
     *
     * @throws IOException if the first restoring fails as a whole; later failures are logged and tried again
     */
    public void run() throws IOException {
        boolean ready = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                report(service.restore(), !ready);
                if (!ready) {
                    LOG.info("ready");
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
                break;
            }
        }
        LOG.info("stopping; the layers stay mounted");
    }

    /** Says how it stands if that has changed. */
    private void report(RestoreReport report, boolean first) {
        if (!report.failures().equals(failures)) {
            report.failures().forEach(failure -> LOG.warn("not mounted: {}", failure));
        }
        if (first || report.remounted() > 0 || !report.failures().equals(failures)) {
            LOG.info(
                    "{} layers mounted, {} of them now, {} failed",
                    report.mounted(),
                    report.remounted(),
                    report.failures().size());
        }
        failures = report.failures();
    }
}
