package dev.lamella.door;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the doors count, for Prometheus. Thread-safe. */
public final class DoorMetrics {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Makes counters that are all 0. */
    public DoorMetrics() {}

    void answered(Door door, PullAnswer answer, long waitedNanos) {
        String outcome = answer.outcome().name().toLowerCase(Locale.ROOT);
        registry.counter("lamella.pulls", "door", door.word(), "outcome", outcome)
                .increment();
        registry.counter("lamella.layers.shown").increment(answer.newLayers());
        Timer.builder("lamella.pull.wait")
                .tag("door", door.word())
                .serviceLevelObjectives(
                        Duration.ofMillis(10),
                        Duration.ofMillis(30),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(1))
                .register(registry)
                .record(waitedNanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Adds a figure that is asked for when it is wanted.
     *
     * @param name its name, words joined by dots
     * @param figure gives it; {@code NaN} when it cannot be told
     */
    public void gauge(String name, Supplier<Number> figure) {
        io.micrometer.core.instrument.Gauge.builder(name, figure).register(registry);
    }

    /** Returns all figures in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }
}
