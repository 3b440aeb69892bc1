package dev.lamella.store;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that is renewed until it is closed, and then given up. Of a process that dies it stays until it ends. Thread-safe.
 */
public final class HeldLease implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldLease.class);

    /** So often it is renewed while it lasts: once missed is not yet too late. */
    private static final int RENEWALS = 3;

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final VolumeStore store;
    private final LeaseTerms terms;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread renewer;

    private HeldLease(VolumeStore store, LeaseTerms terms) {
        this.store = store;
        this.terms = terms;
        this.renewer = Thread.ofVirtual().name("lease " + terms.name()).unstarted(this::renew);
    }

    /**
     * Takes a lease. It must be taken before it is looked whether what it names is there.
     *
     * @throws IOException if it cannot be written; whoever holds none must not rely on anything to stay
     */
    public static HeldLease take(VolumeStore store, LeaseTerms terms) throws IOException {
        Lease _ = store.putLease(terms);
        var held = new HeldLease(store, terms);
        held.renewer.start();
        return held;
    }

    private void renew() {
        Duration pause = terms.lasts().dividedBy(RENEWALS);
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    Lease _ = store.putLease(terms);
                } catch (IOException e) {
                    LOG.warn("lease {} cannot be renewed, trying again: {}", terms.name(), e.getMessage());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives the lease up, also when the thread was interrupted. What cannot be removed ends by itself. */
    @Override
    public void close() {
        closed.countDown();
        boolean interrupted = Thread.interrupted(); // which would close files under one's hands
        try {
            if (renewer.join(CLOSE_WAIT)) { // else it might write the lease again
                store.removeLease(terms.name());
            }
        } catch (InterruptedException _) {
            interrupted = true;
        } catch (IOException e) {
            LOG.warn("lease {} is left to end by itself: {}", terms.name(), e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
