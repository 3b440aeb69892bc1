package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamella.testkit.PostgresCluster;
import dev.lamella.testkit.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generators and databases that are killed: no job is lost, none hangs, every attempt is counted. */
@Tag("integration")
class KillTest {

    private static final int JOBS = 200;
    private static final QueueLimits LIMITS = new QueueLimits(1000, 100_000, 50, 100);

    @TempDir
    Path directory;

    private final long seed = Long.getLong("lamella.fuzz.seed", System.nanoTime());
    private final SeededRandom random = new SeededRandom(seed);

    @Test
    void oneOfThreeGeneratorsIsKilledAgainAndAgain() throws Exception {
        try (PostgresCluster postgres = PostgresCluster.start()) {
            DatabaseConfig config = TestJobs.database(postgres);
            Path attempts = directory.resolve("attempts");
            var generators = new ArrayList<GeneratorProcess>();
            try (JobDatabase database = JobDatabase.open(config)) {
                JobQueue queue = JobQueue.of(database, LIMITS);
                for (int i = 0; i < 3; i++) {
                    generators.add(GeneratorProcess.start("g" + i, config.place(), attempts));
                }
                List<UUID> ids = submit(queue, JOBS);
                int kills = 0;
                while (queue.counts().unfinished() > 0 && kills < 25) {
                    Thread.sleep(random.nextInt(100, 700));
                    int victim = random.nextInt(3);
                    generators.get(victim).kill();
                    kills++;
                    generators.set(
                            victim, GeneratorProcess.start("g" + victim + "-" + kills, config.place(), attempts));
                }
                System.out.printf("seed %d: %d kills of generators%n", seed, kills);
                awaitAll(queue);
                for (GeneratorProcess generator : generators) {
                    generator.close();
                }
                check(queue, ids, attempts);
            } finally {
                generators.forEach(GeneratorProcess::kill);
            }
        }
    }

    @Test
    void postgresqlIsKilledUnderLoad() throws Exception {
        try (PostgresCluster postgres = PostgresCluster.start()) {
            DatabaseConfig config = TestJobs.database(postgres).withLimits(new DatabaseLimits(8, 1_000, 10_000));
            Path attempts = directory.resolve("attempts");
            var generators = new ArrayList<GeneratorProcess>();
            try (JobDatabase database = JobDatabase.open(config)) {
                JobQueue queue = JobQueue.of(database, LIMITS);
                for (int i = 0; i < 2; i++) {
                    generators.add(GeneratorProcess.start("g" + i, config.place(), attempts));
                }
                var ids = new ArrayList<UUID>();
                for (int round = 0; round < 4; round++) {
                    ids.addAll(submit(queue, JOBS / 4));
                    Thread.sleep(random.nextInt(200, 1200));
                    postgres.kill();
                    long begin = System.nanoTime();
                    assertThatThrownBy(() -> submit(queue, 1)).isInstanceOf(QueueUnavailableException.class);
                    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
                    Thread.sleep(random.nextInt(100, 3000));
                    postgres.up();
                    TestJobs.await("the database answers", Duration.ofSeconds(60), () -> answers(queue));
                }
                System.out.printf("seed %d: PostgreSQL was killed 4 times%n", seed);
                awaitAll(queue);
                for (GeneratorProcess generator : generators) {
                    generator.close();
                }
                check(queue, ids, attempts);
            } finally {
                generators.forEach(GeneratorProcess::kill);
            }
        }
    }

    @Test
    void whatEndsWhileTheDatabaseIsAwayIsWrittenDownWhenItIsBack() throws Exception {
        try (PostgresCluster postgres = PostgresCluster.start();
                JobDatabase database = JobDatabase.open(
                        TestJobs.database(postgres).withLimits(new DatabaseLimits(8, 1_000, 10_000)))) {
            JobQueue queue = JobQueue.of(database, LIMITS);
            var running = new CountDownLatch(1);
            var end = new CountDownLatch(1);
            try (var worker = JobWorker.start(
                    queue,
                    (job, context) -> {
                        running.countDown();
                        end.await();
                        return Outcome.published("sha256:m");
                    },
                    TestJobs.config("g1", 1))) {
                UUID id = TestJobs.submit(queue, TestJobs.publish("r.example/a", "1"))
                        .id();
                running.await();
                postgres.kill();
                TestJobs.await("the worker sees it", Duration.ofSeconds(20), () -> !worker.isDatabaseThere());
                end.countDown();
                // Longer than it takes to be taken for dead.
                Thread.sleep(3_000);
                postgres.up();
                TestJobs.await("the database answers", Duration.ofSeconds(60), () -> answers(queue));

                Job job = TestJobs.awaitState(queue, id, JobState.SUCCEEDED);
                assertThat(job.attempts().made()).isEqualTo(1);
                assertThat(job.manifestDigest()).contains("sha256:m");
                UUID next = TestJobs.submit(queue, TestJobs.publish("r.example/a", "2"))
                        .id();
                TestJobs.awaitState(queue, next, JobState.SUCCEEDED);
            }
        }
    }

    @Test
    void aGeneratorWithH2IsKilledAgainAndAgain() throws Exception {
        Path attempts = directory.resolve("attempts");
        var place = new DatabaseConfig.Place.Embedded(directory.resolve("database"));
        var ids = new ArrayList<UUID>();
        int kills = 0;
        GeneratorProcess generator = GeneratorProcess.start("g", place, attempts);
        try {
            for (; kills < 10; kills++) {
                long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(100, 900));
                while (ids.size() < JOBS && System.nanoTime() - until < 0) {
                    ids.add(UUID.fromString(
                            generator.ask("submit r%d.example/a t%d".formatted(ids.size() % 3, ids.size()))));
                }
                Thread.sleep(random.nextInt(1, 300));
                generator.kill();
                generator = GeneratorProcess.start("g", place, attempts);
            }
            while (ids.size() < JOBS) {
                ids.add(UUID.fromString(generator.ask("submit r.example/a t%d".formatted(ids.size()))));
            }
            GeneratorProcess last = generator;
            TestJobs.await("all have ended", Duration.ofMinutes(2), () -> unfinished(last) == 0);
            generator.close();
        } finally {
            generator.kill();
        }
        System.out.printf("seed %d: %d kills of a generator with H2%n", seed, kills);
        try (JobDatabase database = JobDatabase.open(new DatabaseConfig(place, DatabaseLimits.DEFAULT))) {
            check(JobQueue.of(database, LIMITS), ids, attempts);
        }
    }

    @Test
    void aDatabaseInUseSaysSo() throws Exception {
        var place = new DatabaseConfig.Place.Embedded(directory.resolve("database"));
        try (GeneratorProcess generator = GeneratorProcess.start("g", place, directory.resolve("attempts"))) {
            assertThat(generator.ask("unfinished")).isEqualTo("0");
            assertThatThrownBy(() -> JobDatabase.open(new DatabaseConfig(place, DatabaseLimits.DEFAULT)))
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("is used by another process")
                    .hasMessageContaining(place.directory().toString());
        }
    }

    private static List<UUID> submit(JobQueue queue, int count) {
        var requests = new ArrayList<JobRequest>();
        for (int i = 0; i < count; i++) {
            requests.add(TestJobs.publish(
                    "r%d.example/a%d".formatted(i % 3, i % 7), UUID.randomUUID().toString()));
        }
        return queue.submit(requests, Joining.NEVER).stream()
                .map(submission -> submission.job().id())
                .toList();
    }

    private static void awaitAll(JobQueue queue) {
        try {
            TestJobs.await(
                    "all have ended",
                    Duration.ofMinutes(2),
                    () -> queue.counts().unfinished() == 0);
        } catch (AssertionError e) {
            var unfinished = JobFilter.ALL.withStates(Set.copyOf(JobState.unfinished()));
            throw new AssertionError(
                    "stuck: " + queue.list(unfinished, Optional.empty(), 5).jobs(), e);
        }
    }

    private static boolean answers(JobQueue queue) {
        try {
            queue.counts();
            return true;
        } catch (QueueUnavailableException e) {
            return false;
        }
    }

    private static long unfinished(GeneratorProcess generator) {
        try {
            return Long.parseLong(generator.ask("unfinished"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void check(JobQueue queue, List<UUID> ids, Path attempts) throws IOException {
        assertThat(ids).hasSize(JOBS);
        long counted = 0;
        long begun = 0;
        for (UUID id : ids) {
            Job job = queue.get(id).orElseThrow(() -> new AssertionError("seed " + seed + ": lost " + id));
            assertThat(job.state()).as("seed %d: %s", seed, job).isEqualTo(JobState.SUCCEEDED);
            long runs = GeneratorProcess.begun(attempts, id);
            assertThat((long) job.attempts().made())
                    .as("seed %d: attempts of %s", seed, job)
                    .isGreaterThanOrEqualTo(runs);
            assertThat(runs).isPositive();
            counted += job.attempts().made();
            begun += runs;
        }
        System.out.printf("%d jobs, %d attempts begun, %d counted%n", ids.size(), begun, counted);
    }
}
