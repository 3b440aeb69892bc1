package dev.lamella.door;

import dev.lamella.door.PullAnswer.Outcome;
import dev.lamella.filetree.Digest;
import dev.lamella.node.NodeService;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.VolumeStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the layers of images that are asked for are in the image store. Requests for the same image, with the same rights, are
 * one; who asks waits no longer than the time box, and what was begun goes on without him. Thread-safe.
 */
public final class PullService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PullService.class);
    private static final long STOP_WAIT_MILLIS = 5_000;

    private final Parts parts;
    private final Settings settings;
    private final Upstream upstream;
    private final Semaphore publishing;
    private final ConcurrentMap<PullRequest, Job> jobs = new ConcurrentHashMap<>();

    /**
     * What the service works with.
     *
     * @param node the machine's image store
     * @param store where volumes are
     * @param publisher publishes what is missing
     * @param metrics counts
     */
    public record Parts(NodeService node, VolumeStore store, ImagePublisher publisher, DoorMetrics metrics) {}

    /**
     * How the service is configured.
     *
     * @param policy what is shown
     * @param engine how registries are reached
     * @param platform which image is taken from an index if nobody says
     * @param mirrors hosts and ports of our own mirror, which engines may call images by
     */
    public record Settings(PullPolicy policy, EngineConfig engine, Platform platform, Set<String> mirrors) {
        /** Copies the names. */
        public Settings {
            mirrors = Set.copyOf(mirrors);
        }
    }

    /** One image being looked after. */
    private static final class Job {
        /** What the store had; empty if the image has to be published first. */
        private final CompletableFuture<Optional<PullAnswer>> known = new CompletableFuture<>();

        private final CompletableFuture<PullAnswer> done = new CompletableFuture<>();
        private Thread thread = Thread.currentThread();
    }

    /** Makes a service. */
    public PullService(Parts parts, Settings settings) {
        this.parts = parts;
        this.settings = settings;
        this.upstream = new Upstream(settings.engine());
        this.publishing = new Semaphore(settings.policy().publishesMax());
    }

    /** Returns how many images are being looked after now. */
    public int underWay() {
        return jobs.size();
    }

    /**
     * Has an image's layers put in place. Never throws for what goes wrong with the image: the answer says it.
     *
     * @throws InterruptedIOException if the calling thread is interrupted
     */
    public PullAnswer pull(PullRequest asked) throws InterruptedIOException {
        long start = System.nanoTime();
        var request = new PullRequest(
                MirrorName.original(asked.reference(), settings.mirrors()),
                asked.platform(),
                asked.credentials(),
                asked.door());
        PullAnswer answer = waitedSince(start, answer(request, start));
        parts.metrics().answered(request.door(), answer, System.nanoTime() - start);
        String line = "door={} reference={} outcome={} layers={} waited={}ms {}";
        boolean wrong = answer.outcome() == Outcome.FAILED || answer.outcome() == Outcome.PENDING;
        LOG.atLevel(wrong ? org.slf4j.event.Level.WARN : org.slf4j.event.Level.INFO)
                .log(
                        line,
                        request.door().word(),
                        answer.reference(),
                        answer.outcome(),
                        answer.newLayers(),
                        answer.waitedMillis(),
                        answer.message());
        return answer;
    }

    private static PullAnswer waitedSince(long start, PullAnswer answer) {
        return new PullAnswer(
                answer.outcome(),
                answer.reference(),
                answer.manifestDigest(),
                answer.newLayers(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                answer.message());
    }

    private PullAnswer answer(PullRequest request, long start) throws InterruptedIOException {
        PullPolicy policy = settings.policy();
        if (request.door() != Door.COMMAND && !policy.serves(request.reference())) {
            return nothing(request, Outcome.REFUSED, "doors.allow and doors.deny do not let it through");
        }
        if (jobs.size() >= policy.waitingMax()) {
            return nothing(
                    request,
                    Outcome.REFUSED,
                    "%d images are asked for already (doors.waiting)".formatted(policy.waitingMax()));
        }
        Job job = jobs.computeIfAbsent(request, this::start);
        long nanosLeft = policy.timeBox().toNanos() - (System.nanoTime() - start);
        try {
            if (policy.onMiss() == OnMiss.PUBLISH_IN_BACKGROUND && request.door() != Door.COMMAND) {
                return job.known
                        .get(nanosLeft, TimeUnit.NANOSECONDS)
                        .orElseGet(() -> nothing(request, Outcome.PENDING, "it is being published for the next time"));
            }
            return job.done.get(nanosLeft, TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return nothing(
                    request,
                    Outcome.PENDING,
                    "not there within %d s (doors.time-box-seconds); it goes on for the next time"
                            .formatted(policy.timeBox().toSeconds()));
        } catch (ExecutionException e) {
            LOG.error("{}: a fault in lamella", request.reference(), e.getCause());
            return nothing(request, Outcome.FAILED, "a fault in lamella: " + e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + request.reference());
        }
    }

    private static PullAnswer nothing(PullRequest request, Outcome outcome, String message) {
        return new PullAnswer(outcome, request.reference().toString(), Optional.empty(), 0, 0, message);
    }

    private Job start(PullRequest request) {
        var job = new Job();
        job.thread = Thread.ofVirtual().name("pull " + request.reference()).unstarted(() -> {
            try {
                PullAnswer answer = attempt(request, job);
                job.known.complete(Optional.of(answer));
                job.done.complete(answer);
            } catch (RuntimeException | Error e) {
                job.known.completeExceptionally(e);
                job.done.completeExceptionally(e);
            } finally {
                jobs.remove(request, job);
            }
        });
        job.thread.start();
        return job;
    }

    private PullAnswer attempt(PullRequest request, Job job) {
        try {
            return run(request, job);
        } catch (InterruptedException | InterruptedIOException _) {
            return nothing(request, Outcome.FAILED, "the node is stopping");
        } catch (IOException e) {
            return nothing(request, Outcome.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private PullAnswer run(PullRequest request, Job job) throws IOException, InterruptedException {
        Optional<ImageRecord> known = find(request);
        if (!mayShow(request, known)) {
            return nothing(
                    request,
                    Outcome.REFUSED,
                    "the registry gives it to nobody without credentials, and doors.private-images does not name it");
        }
        if (known.isPresent()) {
            return show(request, known.get(), Outcome.SHOWN);
        }
        if (settings.policy().onMiss() == OnMiss.IGNORE && request.door() != Door.COMMAND) {
            return nothing(request, Outcome.MISS, "not published (doors.on-miss)");
        }
        job.known.complete(Optional.empty());
        publishing.acquire();
        try {
            ImageRecord image = parts.publisher()
                    .publish(request.reference(), platform(request), upstream.engine(request), request.credentials());
            return show(request, image, Outcome.PUBLISHED);
        } finally {
            publishing.release();
        }
    }

    /** Returns whether every user of this machine may have an image. */
    private boolean mayShow(PullRequest request, Optional<ImageRecord> known) throws IOException {
        if (request.door() == Door.COMMAND || settings.policy().showsPrivate(request.reference())) {
            return true;
        }
        try {
            return upstream.isOpen(request);
        } catch (OciException e) {
            boolean isAway = e.kind() == OciException.Kind.UNAVAILABLE
                    && request.credentials().isEmpty()
                    && known.isPresent();
            // Anybody can make up a registry that does not answer: the image must have come from this one.
            if (!isAway || !isPublishedFrom(request.reference(), known.get())) {
                throw e;
            }
            return true;
        }
    }

    private boolean isPublishedFrom(Reference repository, ImageRecord image) throws IOException {
        for (String name : parts.store().references(image.manifestDigest())) {
            if (Reference.parse(name).name().equals(repository.name())) {
                return true;
            }
        }
        return false;
    }

    private Platform platform(PullRequest request) {
        return request.platform().orElse(settings.platform());
    }

    /** Looks into the store for what the reference stands for now; a registry that is away does not hide what was published before. */
    private Optional<ImageRecord> find(PullRequest request) throws IOException {
        Optional<ImageRecord> found;
        Optional<Digest> pinned = request.reference().digest();
        try {
            found = parts.store().image(pinned.isPresent() ? pinned.get() : upstream.digest(request));
        } catch (OciException e) {
            if (e.kind() != OciException.Kind.UNAVAILABLE) {
                throw e;
            }
            found = parts.store().image(request.reference().toString());
            if (found.isEmpty()) {
                throw e;
            }
            LOG.info("{}: {}; showing what was published before", request.reference(), e.getMessage());
        }
        String wanted = platform(request).toString();
        return found.filter(image -> image.isFor(wanted));
    }

    private PullAnswer show(PullRequest request, ImageRecord image, Outcome outcome) throws IOException {
        String name = request.reference().toString();
        boolean isShown = parts.node().isShown(image, List.of(name));
        int newLayers = isShown ? 0 : parts.node().show(image, List.of(name));
        Outcome said = outcome == Outcome.SHOWN && newLayers == 0 ? Outcome.HIT : outcome;
        return new PullAnswer(said, name, Optional.of(image.manifestDigest()), newLayers, 0, "");
    }

    /** Interrupts what is under way, and waits a little for it. */
    @Override
    public void close() {
        jobs.values().forEach(job -> job.thread.interrupt());
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_WAIT_MILLIS);
        while (!jobs.isEmpty() && System.nanoTime() - deadline < 0) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
