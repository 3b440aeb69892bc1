package dev.lamella.service;

import dev.lamella.client.CollectionView;
import dev.lamella.client.NodeReport;
import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import dev.lamella.policy.PublishedReference;
import dev.lamella.policy.Retention;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.GarbageCollection;
import dev.lamella.store.GcKind;
import dev.lamella.store.GcListener;
import dev.lamella.store.GcOptions;
import dev.lamella.store.GcReport;
import dev.lamella.store.Lease;
import dev.lamella.store.LeaseTerms;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops references that are kept no longer, and removes from the store what nobody needs. Thread-safe: one collection at a time. */
final class Collection {

    private static final Logger LOG = LoggerFactory.getLogger(Collection.class);

    /** A node speaks every few minutes; what it showed is kept for so long after its last word. */
    private static final Duration LEASE = Duration.ofHours(2);

    private final DirectoryStore store;
    private final Catalogue catalogue;
    private final Nodes nodes;
    private final Audit audit;
    private final PolicyConfig policy;
    private final ReentrantLock running = new ReentrantLock();

    Collection(DirectoryStore store, Catalogue catalogue, Nodes nodes, Audit audit, PolicyConfig policy) {
        this.store = store;
        this.catalogue = catalogue;
        this.nodes = nodes;
        this.audit = audit;
        this.policy = policy;
    }

    /** Keeps what a node shows from being collected, for a while. */
    void lease(String node, NodeReport report) throws ProblemException, IOException {
        Set<Digest> shown = new HashSet<>();
        for (String image : report.images()) {
            try {
                shown.add(Digest.parse(image));
            } catch (MalformedDigestException e) {
                throw ProblemException.badRequest("images: " + e.getMessage());
            }
        }
        Lease _ = store.putLease(new LeaseTerms("reported-" + node, "node " + node, LEASE, shown, Set.of()));
    }

    /**
     * Applies retention and collects garbage.
     *
     * @throws ProblemException if another collection of this generator is under way
     */
    CollectionView run(boolean dryRun) throws ProblemException, IOException {
        if (!running.tryLock()) {
            throw new ProblemException(
                    ProblemKind.NOT_ACCEPTABLE_STATE, "a collection is under way; ask again when it is over");
        }
        try {
            if (!dryRun) {
                expire();
            }
            GcOptions options = GcOptions.DEFAULT.withGrace(policy.grace()).withDryRun(dryRun);
            GcReport report = GarbageCollection.run(store, options, GcListener.NONE);
            report.problems().forEach(problem -> LOG.warn("collecting garbage: {}", problem));
            catalogue.refresh();
            return new CollectionView(
                    dryRun, report.removed(GcKind.VOLUME), report.removed(GcKind.IMAGE), report.removedBytes());
        } finally {
            running.unlock();
        }
    }

    /** The catalogue is looked through once, after the collection, and not for each of what may be thousands. */
    private void expire() throws ProblemException, IOException {
        for (Map.Entry<Reference, String> dropped : expired().entrySet()) {
            store.removeReference(dropped.getKey().toString());
            audit.note(Sources.RETENTION, "delete-reference", dropped.getKey().toString(), dropped.getValue());
        }
    }

    /** Returns references that are kept no longer, and why. */
    Map<Reference, String> expired() throws ProblemException {
        var all = new ArrayList<PublishedReference>();
        catalogue.require().pointers().forEach(pointer -> {
            try {
                all.add(new PublishedReference(
                        Reference.parse(pointer.reference()),
                        pointer.pointed(),
                        Set.copyOf(nodes.showing(pointer.manifest())),
                        false));
            } catch (OciException e) {
                LOG.warn("a reference that is none stays: {}", e.getMessage());
            }
        });
        var expired = new LinkedHashMap<Reference, String>();
        policy.retention().decide(all, Instant.now()).forEach((published, outcome) -> {
            if (outcome instanceof Retention.Drop drop) {
                expired.put(published.reference(), drop.reason());
            }
        });
        return expired;
    }

    /** Returns whether the rules want a reference dropped that its registry has deleted. */
    boolean dropsDeleted(Reference reference, Digest manifest) {
        var published = new PublishedReference(reference, Instant.now(), Set.copyOf(nodes.showing(manifest)), true);
        return policy.retention().decide(List.of(published), Instant.now()).values().stream()
                .anyMatch(Retention.Drop.class::isInstance);
    }
}
