package dev.lamella.node;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's layers mounted: all of them at the start, and again whatever was lost, until its thread is interrupted. The mounts
 * stay when it ends.
 */
public final class NodeDaemon {

    private static final Logger LOG = LoggerFactory.getLogger(NodeDaemon.class);

    private final NodeService service;
    private final Duration interval;

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
        report(service.restore());
        LOG.info("ready");
        while (true) {
            try {
                Thread.sleep(interval);
                RestoreReport again = service.restore();
                if (again.remounted() > 0) {
                    report(again);
                }
            } catch (InterruptedException _) {
                LOG.info("stopping; the layers stay mounted");
                return;
            } catch (IOException e) {
                LOG.warn(
                        "looking after the mounts failed, trying again in {} s: {}",
                        interval.toSeconds(),
                        e.getMessage());
            }
        }
    }

    private static void report(RestoreReport report) {
        LOG.info(
                "{} layers mounted, {} of them now, {} failed",
                report.mounted(),
                report.remounted(),
                report.failures().size());
    }
}
