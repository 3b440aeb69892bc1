package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.PostgresCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Requests to test with, and waiting. */
final class TestJobs {

    /** Short times, so that dead generators are noticed within three seconds. */
    static final WorkerLimits QUICK = new WorkerLimits(200, 500, 60_000, 5_000, 60_000);

    /** Pauses that a test can wait for. */
    static final RetryPolicy SOON = new RetryPolicy(50, 200, 0.5);

    private TestJobs() {}

    /** Makes an empty database and returns how to open it. */
    static DatabaseConfig database(PostgresCluster cluster) throws IOException {
        return DatabaseConfig.postgresql(cluster.newDatabase(), "postgres", Optional.empty());
    }

    static WorkerConfig config(String generator, int threads) {
        return WorkerConfig.of(generator, threads).withLimits(QUICK).withRetries(SOON);
    }

    static JobRequest publish(String repository, String tag) {
        return request(JobAction.PUBLISH, repository, tag, JobPriority.NORMAL);
    }

    static JobRequest request(JobAction action, String repository, String tag, JobPriority priority) {
        String registry = repository.substring(0, repository.indexOf('/'));
        return new JobRequest(
                action,
                repository + ":" + tag,
                registry,
                repository,
                Optional.empty(),
                priority,
                JobOrigin.of("api", "test"));
    }

    static JobRequest withKey(JobRequest request, String submittedBy, String key) {
        return new JobRequest(
                request.action(),
                request.reference(),
                request.registry(),
                request.repository(),
                request.platform(),
                request.priority(),
                new JobOrigin("api", submittedBy, Optional.of(key)));
    }

    static Job submit(JobQueue queue, JobRequest request) {
        return queue.submit(List.of(request), Joining.NEVER).getFirst().job();
    }

    static Job get(JobQueue queue, UUID id) {
        return queue.get(id).orElseThrow();
    }

    static void await(String what, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("%s within %s", what, limit).isNegative();
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
        }
    }

    static Job awaitState(JobQueue queue, UUID id, JobState state) {
        await("job is " + state, Duration.ofSeconds(30), () -> get(queue, id).state() == state);
        return get(queue, id);
    }
}
