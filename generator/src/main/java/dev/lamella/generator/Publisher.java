package dev.lamella.generator;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.Descriptor;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import dev.lamella.oci.ResolvedImage;
import dev.lamella.store.HeldLease;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.LeaseTerms;
import dev.lamella.store.VolumeMissingException;
import dev.lamella.store.VolumeStore;
import dev.lamella.toc.TocClaim;
import dev.lamella.toc.TocException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes images from registries into a store. Thread-safe. */
public final class Publisher {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** Layers may be removed by somebody else while the image is being published; once is bad luck. */
    private static final int ATTEMPTS = 3;

    /** Renewed as long as the publisher lives; what it had begun is kept for so long after its death. */
    private static final Duration LEASE = Duration.ofMinutes(15);

    private final VolumeStore store;
    private final EngineConfig engine;
    private final PublishLimits limits;
    private final LayerPublisher layers;

    /**
     * Makes a publisher.
     *
     * @param store where to; opened for writing
     * @param engine how registries are reached
     * @param limits bounds
     */
    public Publisher(VolumeStore store, EngineConfig engine, PublishLimits limits) {
        this(store, engine, limits, new LayerPublisher(store, limits.layer()));
    }

    private Publisher(VolumeStore store, EngineConfig engine, PublishLimits limits, LayerPublisher layers) {
        this.store = store;
        this.engine = engine;
        this.limits = limits;
        this.layers = layers;
    }

    /** Returns a publisher that reaches registries in another way; a layer that both want at the same time is downloaded once. */
    public Publisher with(EngineConfig other) {
        return new Publisher(store, other, limits, layers);
    }

    /**
     * Publishes an image: its layers as volumes, several at a time, and when all are there the image under its reference. What publishers
     * that died left behind is removed first.
     *
     * @throws PublishException if anything fails; the image is not visible then, layers that were finished stay for the next time
     */
    public PublishedImage publish(Reference reference, PublishOptions options, PublishListener listener)
            throws IOException {
        long start = System.nanoTime();
        String name = reference.toString();
        try (Registry registry = Registry.open(reference, engine, options.credentials())) {
            store.cleanUp().forEach(left -> LOG.info("removed what a publisher left behind: {}", left));
            ResolvedImage image = registry.resolve(options.platform());
            List<WantedLayer> wanted = wanted(name, image);
            options.decision().decide(reference, image, registry);
            listener.resolved(image.manifest().digest(), wanted);
            List<Descriptor> blobs = image.parsed().layers();
            BlobSource source = layer -> options.bandwidth().limit(registry.blob(blobs.get(layer.number() - 1)));
            // Before any layer is looked for: so no garbage collection takes one that was found.
            try (HeldLease _ = HeldLease.take(store, lease(name, image, wanted))) {
                for (int attempt = 1; ; attempt++) {
                    List<PublishedLayer> published = publishLayers(name, source, wanted, listener);
                    try {
                        ImageRecord record = store.publishImage(record(image, wanted), name);
                        return new PublishedImage(name, record, published, System.nanoTime() - start);
                    } catch (VolumeMissingException e) {
                        if (attempt == ATTEMPTS) {
                            throw e;
                        }
                        LOG.warn("{}: {}; publishing it again", name, e.getMessage());
                    }
                }
            }
        } catch (PublishException | InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw new PublishException(name, Optional.empty(), e);
        }
    }

    private static LeaseTerms lease(String name, ResolvedImage image, List<WantedLayer> wanted) {
        String holder = "publisher of " + name;
        return new LeaseTerms(
                "publish-" + UUID.randomUUID(),
                holder.substring(0, Math.min(holder.length(), LeaseTerms.HOLDER_CHARACTERS_MAX)),
                LEASE,
                Set.of(image.manifest().digest()),
                wanted.stream().map(layer -> layer.layer().diffId()).collect(Collectors.toSet()));
    }

    private List<PublishedLayer> publishLayers(
            String name, BlobSource source, List<WantedLayer> wanted, PublishListener listener) throws IOException {
        return new ParallelLayers(name, limits).run(wanted, layer -> layers.publish(layer, source, listener));
    }

    private List<WantedLayer> wanted(String name, ResolvedImage image) throws PublishException {
        List<Descriptor> blobs = image.parsed().layers();
        List<Digest> diffIds = image.config().diffIds();
        if (blobs.isEmpty()) {
            throw new PublishException(name, "the image has no layers: there is nothing to publish");
        }
        if (blobs.size() > limits.layersMax()) {
            throw new PublishException(
                    name,
                    "%d layers, at most %d are allowed; limits.layers raises that"
                            .formatted(blobs.size(), limits.layersMax()));
        }
        var wanted = new ArrayList<WantedLayer>();
        for (Descriptor blob : blobs) {
            int number = wanted.size() + 1;
            var layer = new LayerRecord(blob.digest(), blob.sizeBytes(), blob.mediaType(), diffIds.get(number - 1));
            wanted.add(wanted(name, number, layer, blob.annotations()));
        }
        return wanted;
    }

    private WantedLayer wanted(String name, int number, LayerRecord layer, Map<String, String> annotations)
            throws PublishException {
        try {
            return new WantedLayer(
                    number,
                    layer,
                    TocClaim.read(
                            annotations, layer.blobSizeBytes(), limits.layer().toc()));
        } catch (TocException e) {
            throw new PublishException(name, Optional.of(new WantedLayer(number, layer, Optional.empty())), e);
        }
    }

    private static ImageRecord record(ResolvedImage image, List<WantedLayer> wanted) {
        ResolvedImage.Document manifest = image.manifest();
        return new ImageRecord(
                manifest.digest(),
                manifest.mediaType(),
                manifest.content(),
                image.configBytes(),
                image.index().map(index -> new ImageRecord.Index(index.digest(), index.mediaType(), index.content())),
                wanted.stream().map(WantedLayer::layer).toList(),
                image.config().platform().toString(),
                image.config().created(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }
}
