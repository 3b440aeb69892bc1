package dev.lamella.service;

import dev.lamella.jobs.JobAction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Numbers for Prometheus. Labels come from the table of routes and the configuration, never from a request, so that nobody can make more of
 * them. Thread-safe.
 */
final class ServiceMetrics {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter received = Counter.builder("lamella.generator.received")
            .baseUnit("bytes")
            .description("Bytes of layers' blobs downloaded by this generator")
            .register(registry);

    void job(JobAction action, String outcome, Duration time) {
        Timer.builder("lamella.generator.attempts")
                .description("Attempts of jobs that this generator made")
                .tag("action", action.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome)
                .register(registry)
                .record(time);
    }

    void received(long bytes) {
        received.increment((double) bytes);
    }

    /** Returns how many bytes were received since the generator began. */
    long receivedBytes() {
        return (long) received.count();
    }

    void request(String method, String route, int status, Duration time) {
        Timer.builder("lamella.generator.requests")
                .description("Requests answered")
                .tag("method", method)
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(time);
    }

    void webhook(String name, String verdict) {
        Counter.builder("lamella.generator.webhooks")
                .description("Requests of webhooks, by what they were")
                .tag("webhook", name)
                .tag("verdict", verdict)
                .register(registry)
                .increment();
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    void gauge(String name, String description, String label, String labelValue, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .tag(label, labelValue)
                .strongReference(true)
                .register(registry);
    }

    String scrape() {
        return registry.scrape();
    }

    void close() {
        registry.close();
    }
}
