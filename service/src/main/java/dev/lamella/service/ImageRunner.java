package dev.lamella.service;

import dev.lamella.generator.Bandwidth;
import dev.lamella.generator.PublishException;
import dev.lamella.generator.PublishOptions;
import dev.lamella.generator.PublishedImage;
import dev.lamella.generator.Publisher;
import dev.lamella.jobs.Job;
import dev.lamella.jobs.JobContext;
import dev.lamella.jobs.JobRunner;
import dev.lamella.jobs.Outcome;
import dev.lamella.jobs.PermanentFailureException;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import dev.lamella.oci.ResolvedImage;
import dev.lamella.policy.Decision;
import dev.lamella.policy.SignatureSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Does what jobs want: publishes images that the policy allows, and takes references out of the store. Thread-safe. */
final class ImageRunner implements JobRunner {

    private static final Logger LOG = LoggerFactory.getLogger(ImageRunner.class);

    private final Images images;
    private final EngineConfig engine;
    private final PublishConfig publish;
    private final PolicyConfig policy;
    private final Publisher publisher;
    private final ServiceMetrics metrics;
    private final ConcurrentMap<String, Bandwidth> bandwidths = new ConcurrentHashMap<>();

    ImageRunner(Images images, EngineConfig engine, ServiceConfig config, ServiceMetrics metrics) {
        this.images = images;
        this.engine = engine;
        this.publish = config.publish();
        this.policy = config.policy();
        this.publisher = new Publisher(images.store(), engine, publish.limits());
        this.metrics = metrics;
    }

    @Override
    public Outcome run(Job job, JobContext context) throws Exception {
        long start = System.nanoTime();
        String outcome = "failed";
        try (var _ = MDC.putCloseable("job", job.id().toString());
                var _ = MDC.putCloseable("image", job.request().reference())) {
            Reference reference = Reference.parse(job.request().reference());
            Outcome done = switch (job.request().action()) {
                case PUBLISH -> publish(job, reference, context);
                case DELETE -> delete(job, reference);
            };
            outcome = done instanceof Outcome.Rejected ? "rejected" : "succeeded";
            return done;
        } finally {
            metrics.job(job.request().action(), outcome, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private Outcome publish(Job job, Reference reference, JobContext context) throws Exception {
        // The policy may have changed since the job was submitted.
        if (policy.publication().decide(Sources.of(job.request().origin().source()), reference)
                instanceof Decision.Refused refused) {
            LOG.info("refused: {}", RefusedException.said(refused));
            return Outcome.rejected(RefusedException.said(refused));
        }
        Platform platform = job.request().platform().isPresent()
                ? Platform.parse(job.request().platform().get())
                : publish.platform();
        var options = new PublishOptions(platform, Optional.empty(), this::decide, bandwidth(reference.registry()));
        try {
            PublishedImage published = publisher.publish(reference, options, new JobProgressListener(context));
            metrics.received(published.downloadedBytes());
            images.catalogue().published(published.reference());
            LOG.info(
                    "published {} with {} layers, {} of them reused, {} bytes received",
                    published.image().manifestDigest(),
                    published.layers().size(),
                    published.reusedLayers(),
                    published.downloadedBytes());
            return Outcome.published(published.image().manifestDigest().toString());
        } catch (PublishException e) {
            if (context.isCancelled()) {
                LOG.info("stopped, as it was asked to");
                throw e;
            }
            LOG.warn("not published: {}", e.getMessage());
            if (e.getCause() instanceof RefusedException refused) {
                if (refused.isUnsigned()
                        && Sources.isWebhook(job.request().origin().source())) {
                    // A registry tells of the push; who pushed signs after it.
                    throw refused;
                }
                return Outcome.rejected(String.valueOf(refused.getMessage()));
            }
            if (!e.mayPass()) {
                throw new PermanentFailureException(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    /** Decides when it is known what the reference stands for, before any layer is asked for. */
    private void decide(Reference reference, ResolvedImage image, Registry registry) throws IOException {
        Decision decision =
                policy.publication().decide(reference, image.config().platform(), image.parsed());
        if (decision.isAllowed() && policy.signatures().isPresent()) {
            PolicyConfig.Signatures signatures = policy.signatures().get();
            decision = signatures
                    .policy()
                    .decide(
                            reference,
                            image.manifest(),
                            SignatureSource.of(registry, signatures.registries(), signatures.limits()),
                            Instant.now());
        }
        if (decision instanceof Decision.Refused refused) {
            throw new RefusedException(refused);
        }
    }

    private Bandwidth bandwidth(String registry) {
        Optional<Long> own = Optional.ofNullable(publish.bytesPerSecondOf().get(registry));
        return own.or(publish::bytesPerSecond)
                .map(bytes -> bandwidths.computeIfAbsent(registry, _ -> Bandwidth.of(bytes)))
                .orElse(Bandwidth.UNLIMITED);
    }

    /** Takes a reference away. What a registry said is a hint, not a proof: it is asked whether the image is gone there. */
    private Outcome delete(Job job, Reference reference) throws IOException {
        if (Sources.isWebhook(job.request().origin().source()) && isStillThere(reference)) {
            LOG.info("the registry still has it: it stays");
            return Outcome.done();
        }
        boolean was = images.removeReference(reference);
        LOG.info(was ? "the reference is gone" : "there was no such reference");
        return Outcome.done();
    }

    private boolean isStillThere(Reference reference) throws IOException {
        try (Registry registry = Registry.open(reference, engine, Optional.empty())) {
            registry.digest(reference);
            return true;
        } catch (OciException e) {
            if (e.kind() == OciException.Kind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}
