package dev.lamella.cli;

import dev.lamella.client.GeneratorClient;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.NodeReport;
import dev.lamella.client.Priority;
import dev.lamella.client.Submission;
import dev.lamella.client.SubmissionAnswer;
import dev.lamella.door.ImagePublisher;
import dev.lamella.node.NodeService;
import dev.lamella.node.ShownImage;
import dev.lamella.oci.Credentials;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.VolumeStore;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generator that a node asks to publish what its engines miss, and tells which images it shows. An image for which an engine has
 * credentials of its own the node publishes itself: they are for nobody else. Thread-safe.
 */
final class AskedGenerator implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(AskedGenerator.class);

    /** Engines wait for a shorter time; what comes later is there for the next one. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private static final Duration REPORT_PAUSE = Duration.ofMinutes(1);
    private static final int REPORTED_MAX = 10_000;

    private final GeneratorClient client;
    private final Thread reports;

    /** Begins to tell a generator about this node; the client is closed with this. */
    AskedGenerator(GeneratorClient client, NodeService node) {
        this.client = client;
        String name = GeneratorSettings.hostName(100);
        this.reports = Thread.ofVirtual().name("reports to the generator").start(() -> report(name, node));
    }

    private void report(String name, NodeService node) {
        boolean silent = false;
        while (true) {
            try {
                List<String> images = node.shownImages().stream()
                        .map(ShownImage::digest)
                        .map(Object::toString)
                        .limit(REPORTED_MAX)
                        .toList();
                client.report(name, new NodeReport(Lamella.Version.number(), images));
                silent = false;
            } catch (IOException e) {
                if (!silent) {
                    LOG.warn("the generator does not hear of this node: {}", e.getMessage());
                }
                silent = true; // said once is enough until it has worked again
            }
            try {
                Thread.sleep(REPORT_PAUSE);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /** Returns a publisher that has the generator do it, except for what {@code own} is to do. */
    ImagePublisher publisher(VolumeStore store, ImagePublisher own) {
        return (Reference reference, Platform platform, EngineConfig engine, Optional<Credentials> credentials) -> {
            if (credentials.isPresent()) {
                return own.publish(reference, platform, engine, credentials);
            }
            publish(reference, platform);
            Optional<ImageRecord> image = store.image(reference.toString());
            return image.orElseThrow(() -> new IOException(
                    "%s: the generator has published it, but not into the store of this node; do both have the same store.path?"
                            .formatted(reference)));
        };
    }

    private void publish(Reference reference, Platform platform) throws IOException {
        var submission = new Submission(
                List.of(reference.toString()),
                Optional.empty(),
                Optional.of(platform.toString()),
                Priority.HIGH,
                false);
        SubmissionAnswer.Item item =
                client.submit(submission, UUID.randomUUID().toString()).items().getFirst();
        if (item.job().isEmpty()) {
            throw new IOException("%s: the generator refuses it: %s"
                    .formatted(reference, item.refused().orElse("")));
        }
        JobView job = client.follow(item.job().get(), _ -> {}, PATIENCE);
        if (job.state() != JobState.SUCCEEDED) {
            throw new IOException("%s: job %s of the generator: %s"
                    .formatted(
                            reference, job.id(), job.error().orElse(job.state().toString())));
        }
    }

    @Override
    public void close() throws IOException {
        reports.interrupt();
        client.close();
    }
}
