package dev.lamella.door;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;

/** What a mirror counts. Tags have few values, none of which a client can make up. */
final class MirrorMetrics {

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter bytes = Counter.builder("lamella.mirror.bytes")
            .description("bytes of bodies passed on")
            .register(meters);

    /** Counts an answer. */
    void answered(String kind, int status) {
        // A registry may answer with any number.
        String shown = status >= 100 && status <= 599 ? String.valueOf(status) : "other";
        meters.counter("lamella.mirror.requests", "kind", kind, "status", shown).increment();
    }

    void passed(long count) {
        bytes.increment((double) count);
    }

    /** Counts a wait for the node and what came of it. */
    void waited(String outcome, Duration time) {
        Timer.builder("lamella.mirror.node.wait")
                .description("time a manifest was held back for the node")
                .tag("outcome", outcome)
                .register(meters)
                .record(time);
    }

    /** Counts a manifest that was answered though its layers are not in place. */
    void fellBack(String cause) {
        meters.counter("lamella.mirror.fallbacks", "cause", cause).increment();
    }

    String text() {
        return meters.scrape();
    }
}
