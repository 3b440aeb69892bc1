package dev.lamella.service;

import dev.lamella.client.Sample;
import dev.lamella.client.StatisticsView;
import dev.lamella.jobs.JobCounts;
import dev.lamella.jobs.JobQueue;
import dev.lamella.jobs.JobState;
import dev.lamella.jobs.SampleStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The store and the queue in numbers. Those of the queue are counted at most once in two seconds, whoever asks. Thread-safe. */
final class Statistics {

    private static final Duration BELIEVED = Duration.ofSeconds(2);
    private static final int POINTS = 500;

    private final JobQueue queue;
    private final SampleStore samples;
    private final Catalogue catalogue;
    private final Nodes nodes;
    private final ServiceMetrics metrics;
    private volatile Queue counted = new Queue(Instant.MIN, new JobCounts(Map.of()), Optional.empty());

    /** The queue when it was counted. */
    private record Queue(Instant at, JobCounts counts, Optional<Instant> oldest) {}

    Statistics(JobQueue queue, SampleStore samples, Catalogue catalogue, Nodes nodes, ServiceMetrics metrics) {
        this.queue = queue;
        this.samples = samples;
        this.catalogue = catalogue;
        this.nodes = nodes;
        this.metrics = metrics;
    }

    StatisticsView now() {
        Optional<CatalogueView> store = catalogue.view();
        return new StatisticsView(
                store.map(CatalogueView::imageCount).orElse(0),
                store.map(CatalogueView::layerCount).orElse(0),
                store.map(CatalogueView::storedBytes).orElse(0L),
                store.map(CatalogueView::imageBytes).orElse(0L),
                Views.of(queue().counts().byState()),
                oldestQueuedSeconds(),
                nodes.count());
    }

    long jobs(JobState state) {
        return queue().counts().of(state);
    }

    long oldestQueuedSeconds() {
        return queue().oldest()
                .map(oldest ->
                        Math.max(0, Duration.between(oldest, Instant.now()).toSeconds()))
                .orElse(0L);
    }

    private Queue queue() {
        Queue known = counted;
        if (known.at().isBefore(Instant.now().minus(BELIEVED))) {
            known = new Queue(Instant.now(), queue.counts(), queue.oldestQueued());
            counted = known;
        }
        return known;
    }

    /** Returns what is sampled besides the queue. */
    Map<String, Long> numbers() {
        return catalogue
                .view()
                .map(store -> Map.of(
                        Views.STORED_BYTES,
                        store.storedBytes(),
                        Views.SAVED_BYTES,
                        Math.max(0, store.imageBytes() - store.storedBytes()),
                        Views.RECEIVED_BYTES,
                        metrics.receivedBytes()))
                .orElse(Map.of());
    }

    List<Sample> samples(int hours) {
        Instant now = Instant.now();
        var views = new ArrayList<Sample>();
        Optional<dev.lamella.jobs.Sample> before = Optional.empty();
        for (dev.lamella.jobs.Sample sample : samples.list(now.minus(Duration.ofHours(hours)), now, POINTS)) {
            views.add(Views.of(sample, before));
            before = Optional.of(sample);
        }
        return views;
    }
}
