package dev.lamella.service;

import dev.lamella.filetree.Digest;
import dev.lamella.generator.PublishListener;
import dev.lamella.generator.PublishedLayer;
import dev.lamella.generator.WantedLayer;
import dev.lamella.jobs.JobContext;
import dev.lamella.jobs.JobProgress;
import dev.lamella.jobs.LayerProgress;
import dev.lamella.jobs.LayerState;
import java.util.ArrayList;
import java.util.List;

/** Tells a job how far its publication is. */
final class JobProgressListener implements PublishListener {

    private final JobContext context;
    private final List<LayerProgress> layers = new ArrayList<>();

    JobProgressListener(JobContext context) {
        this.context = context;
    }

    @Override
    public synchronized void resolved(Digest manifestDigest, List<WantedLayer> wanted) {
        layers.clear();
        for (WantedLayer layer : wanted) {
            layers.add(at(layer, 0, LayerState.WAITING));
        }
        tell();
    }

    @Override
    public synchronized void started(WantedLayer layer) {
        set(at(layer, 0, LayerState.RUNNING));
    }

    @Override
    public synchronized void progress(WantedLayer layer, long blobBytes, long dataBytes) {
        set(at(layer, blobBytes, LayerState.RUNNING));
    }

    @Override
    public synchronized void done(WantedLayer layer, PublishedLayer published) {
        set(
                published.reused()
                        ? at(layer, 0, LayerState.PRESENT)
                        : at(layer, published.downloadedBytes(), LayerState.PUBLISHED));
    }

    private void set(LayerProgress layer) {
        layers.set(layer.number() - 1, layer);
        tell();
    }

    private void tell() {
        long received = layers.stream().mapToLong(LayerProgress::receivedBytes).sum();
        long total = layers.stream()
                .filter(layer -> layer.state() != LayerState.PRESENT)
                .mapToLong(LayerProgress::sizeBytes)
                .sum();
        context.progress(new JobProgress(received, total, layers));
    }

    private static LayerProgress at(WantedLayer wanted, long receivedBytes, LayerState state) {
        return new LayerProgress(
                wanted.number(),
                wanted.layer().diffId().toString(),
                wanted.layer().blobDigest().toString(),
                wanted.layer().blobSizeBytes(),
                receivedBytes,
                state);
    }
}
