package dev.lamella.door;

import dev.lamella.oci.Credentials;
import dev.lamella.oci.Reference;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the node put an image's layers in place, waits no longer than the time box, and never fails. Thread-safe. */
final class NodeAsker {

    private static final Logger LOG = LoggerFactory.getLogger(NodeAsker.class);

    private final NodeClient node;
    private final Duration wait;
    private final long hungNanos;
    private final Semaphore places;
    private final MirrorMetrics metrics;
    private final Complaints complaints = new Complaints(LOG);
    private final AtomicLong askAgainNanos = new AtomicLong(System.nanoTime());

    NodeAsker(MirrorConfig config, MirrorMetrics metrics) {
        this.node = new NodeClient(config.nodeSocket());
        this.wait = config.timeBox().plusMillis(config.limits().answerMarginMillis());
        this.hungNanos = config.limits().hungMillis() * 1_000_000;
        this.places = new Semaphore(config.limits().preparations());
        this.metrics = metrics;
    }

    /** Where a user's credentials for an image come from. */
    @FunctionalInterface
    interface CredentialSource {
        Optional<Credentials> find(Reference reference) throws IOException;
    }

    /**
     * Asks for an image and waits for the answer, whatever it is.
     *
     * @param asked what the engine calls it, for the log
     */
    void prepare(RecentIndexes.Name name, Reference asked, CredentialSource source) {
        long start = System.nanoTime();
        Said said;
        if (start - askAgainNanos.get() < 0) {
            said = new Said("hung", false, "");
        } else if (!places.tryAcquire()) {
            said = new Said("busy", false, "more images are waited for at once than the mirror has places");
        } else {
            try {
                said = ask(name, source);
            } finally {
                places.release();
            }
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - start);
        metrics.waited(said.outcome, waited);
        if (!said.inPlace) {
            metrics.fellBack(said.outcome);
        }
        if (!said.complaint.isEmpty()) {
            complaints.warn(said.outcome, "%s: %s".formatted(asked, said.complaint));
        }
        LOG.info(
                "{}{}: {}, waited {} ms",
                asked,
                name.reference().equals(asked) ? "" : " as " + name.reference(),
                said.outcome,
                waited.toMillis());
    }

    /**
     * What came of it.
     *
     * @param outcome a word
     * @param inPlace whether the layers are
     * @param complaint what is wrong; empty if nothing is
     */
    private record Said(String outcome, boolean inPlace, String complaint) {}

    private Said ask(RecentIndexes.Name name, CredentialSource source) {
        try {
            var request =
                    new PullRequest(name.reference(), name.platform(), source.find(name.reference()), Door.MIRROR);
            PullAnswer answer = node.pull(request, wait);
            String outcome = answer.outcome().name().toLowerCase(Locale.ROOT);
            boolean failed = answer.outcome() == PullAnswer.Outcome.FAILED;
            return new Said(outcome, answer.outcome().isInPlace(), failed ? answer.message() : "");
        } catch (NodeUnavailableException e) {
            boolean hung = e.getCause() instanceof TimeoutException;
            if (hung) {
                askAgainNanos.set(System.nanoTime() + hungNanos);
            }
            return new Said(hung ? "hung" : "unavailable", false, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            return new Said("unavailable", false, String.valueOf(e.getMessage()));
        }
    }
}
