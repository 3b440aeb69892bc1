package dev.lamella.generator;

import dev.lamella.filetree.Digest;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.VolumeDraft;
import dev.lamella.store.VolumeStore;
import dev.lamella.volume.BuiltLayer;
import dev.lamella.volume.LayerBuilder;
import dev.lamella.volume.LayerLimits;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a layer is in the store. A blob is downloaded once even if several images want it at the same time, in this process and, as
 * far as the store has {@linkplain VolumeStore#turn turns}, in others.
 */
final class LayerPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(LayerPublisher.class);

    private final VolumeStore store;
    private final LayerLimits limits;
    private final ConcurrentMap<Digest, Turn> turns = new ConcurrentHashMap<>();

    /** A lock that goes away with the last thread that wants it. */
    private static final class Turn {
        private final ReentrantLock lock = new ReentrantLock();
        private int wanted;
    }

    LayerPublisher(VolumeStore store, LayerLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /** Makes the layer's volume if need be. Only whoever has its turn for a blob looks and builds, so who comes second finds it. */
    PublishedLayer publish(WantedLayer wanted, BlobSource blobs, PublishListener listener)
            throws IOException, InterruptedException {
        Digest blobDigest = wanted.layer().blobDigest();
        Turn turn = turns.compute(blobDigest, (_, there) -> {
            Turn mine = there == null ? new Turn() : there;
            mine.wanted++;
            return mine;
        });
        try {
            turn.lock.lockInterruptibly();
            try {
                PublishedLayer published = findOrBuild(wanted, blobs, listener);
                listener.done(wanted, published);
                return published;
            } finally {
                turn.lock.unlock();
            }
        } finally {
            turns.computeIfPresent(blobDigest, (_, there) -> --there.wanted == 0 ? null : there);
        }
    }

    private PublishedLayer findOrBuild(WantedLayer wanted, BlobSource blobs, PublishListener listener)
            throws IOException {
        long start = System.nanoTime();
        Optional<Volume> known = find(wanted);
        if (known.isPresent()) {
            return reused(wanted, known.get(), start);
        }
        try (VolumeStore.Turn _ = store.turn(wanted.layer().blobDigest())) {
            Optional<Volume> meanwhile = find(wanted);
            if (meanwhile.isPresent()) {
                return reused(wanted, meanwhile.get(), start);
            }
            listener.started(wanted);
            Volume volume = build(wanted, blobs, listener);
            return built(wanted, volume, start);
        }
    }

    private static PublishedLayer reused(WantedLayer wanted, Volume volume, long startNanos) {
        long dataSizeBytes = volume.descriptor().dataSizeBytes();
        return new PublishedLayer(wanted.layer(), true, 0, dataSizeBytes, System.nanoTime() - startNanos);
    }

    private static PublishedLayer built(WantedLayer wanted, Volume volume, long startNanos) {
        return new PublishedLayer(
                wanted.layer(),
                false,
                wanted.layer().blobSizeBytes(),
                volume.descriptor().dataSizeBytes(),
                System.nanoTime() - startNanos);
    }

    /**
     * Looks a layer up by its blob. That the store has a volume of the DiffID is not enough: that this blob holds that layer is only the
     * image's word until the blob was seen once.
     */
    private Optional<Volume> find(WantedLayer wanted) throws IOException {
        Optional<BlobRecord> record = store.blob(wanted.layer().blobDigest());
        boolean known = record.isPresent()
                && record.get().diffId().equals(wanted.layer().diffId())
                && (wanted.toc().isEmpty() || isKnown(wanted.toc().get().digest(), record.get()));
        if (!known) {
            return Optional.empty();
        }
        return store.volume(wanted.layer().diffId());
    }

    /** Returns whether the table of contents was seen in this blob, and the layer is found by it. */
    private boolean isKnown(Digest tocDigest, BlobRecord record) throws IOException {
        return record.tocDigest().equals(Optional.of(tocDigest))
                && store.blobOfToc(tocDigest).isPresent();
    }

    private Volume build(WantedLayer wanted, BlobSource blobs, PublishListener listener) throws IOException {
        try (VolumeDraft draft = store.newVolume(wanted.layer().diffId());
                InputStream blob = blobs.open(wanted)) {
            BuiltLayer built = LayerBuilder.build(
                    blob,
                    wanted.source(),
                    draft.directory(),
                    limits,
                    (blobBytes, dataBytes) -> listener.progress(wanted, blobBytes, dataBytes));
            VolumeDescriptor descriptor = built.descriptor();
            Volume volume = draft.publish(descriptor);
            VolumeDescriptor.Blob seen = descriptor.blob();
            store.recordBlob(new BlobRecord(
                    seen.digest(), seen.sizeBytes(), seen.compression(), descriptor.diffId(), seen.tocDigest()));
            LOG.info(
                    "published volume {} ({} bytes of data) from blob {}",
                    descriptor.diffId(),
                    descriptor.dataSizeBytes(),
                    seen.digest());
            return volume;
        }
    }
}
