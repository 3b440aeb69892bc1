package dev.lamella.cli;

import dev.lamella.generator.PublishListener;
import dev.lamella.generator.PublishedLayer;
import dev.lamella.generator.WantedLayer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a publication is: a bar for each layer on a terminal, else one line for each finished layer. Thread-safe. */
final class Progress implements PublishListener, AutoCloseable {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final long MEBIBYTE = 1L << 20;
    private static final int REDRAW_MILLIS = 200;

    private final Session session;
    private final Map<Integer, ProgressBar> bars = new ConcurrentHashMap<>();

    Progress(Session session) {
        this.session = session;
    }

    @Override
    public void started(WantedLayer layer) {
        if (session.drawsProgress()) {
            bars.put(layer.number(), bar(layer));
        }
    }

    private ProgressBar bar(WantedLayer layer) {
        return new ProgressBarBuilder()
                .setTaskName(name(layer))
                .setInitialMax(Math.max(1, layer.layer().blobSizeBytes()))
                .setUnit(" MiB", MEBIBYTE)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .showSpeed()
                .setConsumer(new ConsoleProgressBarConsumer(session.err()))
                .build();
    }

    @Override
    public void progress(WantedLayer layer, long blobBytes, long dataBytes) {
        ProgressBar bar = bars.get(layer.number());
        if (bar != null) {
            bar.stepTo(blobBytes);
        }
    }

    @Override
    public void done(WantedLayer layer, PublishedLayer published) {
        ProgressBar bar = bars.remove(layer.number());
        if (bar != null) {
            bar.stepTo(layer.layer().blobSizeBytes());
            bar.close();
        } else if (!session.drawsProgress()) {
            session.tell(line(layer, published));
        }
    }

    private static String name(WantedLayer layer) {
        return "layer %d %s"
                .formatted(layer.number(), Documents.shortened(layer.layer().blobDigest()));
    }

    private static String line(WantedLayer layer, PublishedLayer published) {
        if (published.reused()) {
            return "%s: reused, %s of data".formatted(name(layer), ByteSize.mebibytes(published.dataSizeBytes()));
        }
        return String.format(
                Locale.ROOT,
                "%s: %s downloaded, %s of data, %.1f s",
                name(layer),
                ByteSize.mebibytes(published.downloadedBytes()),
                ByteSize.mebibytes(published.dataSizeBytes()),
                published.elapsedNanos() / NANOS_PER_SECOND);
    }

    /** Stops the bars of layers that were not finished. */
    @Override
    public void close() {
        bars.values().forEach(ProgressBar::close);
        bars.clear();
    }
}
