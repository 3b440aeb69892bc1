package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How jobs are run. Held by H2 and by PostgreSQL. */
abstract class JobWorkerContract {

    JobDatabase database;
    JobQueue queue;
    private final List<JobWorker> workers = new ArrayList<>();

    abstract DatabaseConfig newDatabase() throws IOException;

    @BeforeEach
    void open() throws IOException {
        database = JobDatabase.open(newDatabase());
        queue = JobQueue.of(database, new QueueLimits(10_000, 100_000, 3, 100));
    }

    @AfterEach
    void close() {
        workers.forEach(JobWorker::close);
        database.close();
    }

    private JobWorker start(WorkerConfig config, JobRunner runner) {
        JobWorker worker = JobWorker.start(queue, runner, config);
        workers.add(worker);
        return worker;
    }

    private static List<JobRequest> many(String repository, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> TestJobs.publish(repository, Integer.toString(i)))
                .toList();
    }

    private void awaitUnfinished(int count, int seconds) {
        TestJobs.await(
                count + " jobs unfinished",
                Duration.ofSeconds(seconds),
                () -> queue.counts().unfinished() == count);
    }

    @Test
    void aJobRunsAndTellsHowFarItIs() throws Exception {
        var go = new CountDownLatch(1);
        var layers = List.of(new LayerProgress(1, "sha256:d", "sha256:b", 100, 40, LayerState.RUNNING));
        start(TestJobs.config("g1", 2), (job, context) -> {
            context.progress(new JobProgress(40, 100, layers));
            go.await();
            context.progress(new JobProgress(100, 100, List.of()));
            return Outcome.published("sha256:m");
        });

        UUID id = TestJobs.submit(queue, TestJobs.publish("r.example/a", "1")).id();
        TestJobs.await(
                "progress",
                Duration.ofSeconds(10),
                () -> TestJobs.get(queue, id).progress().receivedBytes() == 40);
        Job running = TestJobs.get(queue, id);
        go.countDown();
        Job done = TestJobs.awaitState(queue, id, JobState.SUCCEEDED);

        assertThat(running.state()).isEqualTo(JobState.RUNNING);
        assertThat(running.progress()).isEqualTo(new JobProgress(40, 100, layers));
        assertThat(running.generator()).contains("g1");
        assertThat(done.manifestDigest()).contains("sha256:m");
        assertThat(done.progress().receivedBytes()).isEqualTo(100);
        assertThat(done.attempts()).isEqualTo(new JobAttempts(1, 3));
        assertThat(done.times().started()).isPresent();
        assertThat(done.times().ended()).isPresent();
    }

    @Test
    void aJobOfThisProcessStartsWithinMilliseconds() throws Exception {
        var started = new Semaphore(0);
        start(
                TestJobs.config("g1", 1).withLimits(new WorkerLimits(60_000, 60_000, 60_000, 5_000, 60_000)),
                (job, context) -> {
                    started.release();
                    return Outcome.done();
                });
        var nanos = new long[40];

        for (int i = 0; i < nanos.length; i++) {
            long begin = System.nanoTime();
            UUID id = TestJobs.submit(queue, TestJobs.publish("r.example/a", Integer.toString(i)))
                    .id();
            started.acquire();
            nanos[i] = System.nanoTime() - begin;
            TestJobs.awaitState(queue, id, JobState.SUCCEEDED);
        }

        Arrays.sort(nanos);
        System.out.printf(
                "%s: from submit() to run(): median %.1f ms%n", getClass().getSimpleName(), nanos[20] / 1e6);
        assertThat(nanos[20]).isLessThan(Duration.ofMillis(500).toNanos());
    }

    @Test
    void whatMayPassIsTriedAgainUntilTheAttemptsAreUsedUp() {
        var tries = new AtomicInteger();
        start(TestJobs.config("g1", 1), (job, context) -> {
            if (job.request().reference().endsWith(":passes") && tries.incrementAndGet() == 3) {
                return Outcome.done();
            }
            throw new IOException("registry is down");
        });

        Job passes = TestJobs.submit(queue, TestJobs.publish("r.example/a", "passes"));
        Job fails = TestJobs.submit(queue, TestJobs.publish("r.example/a", "fails"));

        Job passed = TestJobs.awaitState(queue, passes.id(), JobState.SUCCEEDED);
        Job failed = TestJobs.awaitState(queue, fails.id(), JobState.FAILED);
        assertThat(passed.attempts().made()).isEqualTo(3);
        assertThat(passed.failure()).isEmpty();
        assertThat(failed.attempts()).isEqualTo(new JobAttempts(3, 3));
        assertThat(failed.failure()).contains(new JobFailure(FailureKind.TEMPORARY, "registry is down"));
        assertThat(queue.failureCounts()).containsExactly(new FailureCount(FailureKind.TEMPORARY, "r.example", 1));
        assertThat(queue.list(JobFilter.DEAD_LETTERS, java.util.Optional.empty(), 10)
                        .jobs())
                .extracting(Job::id)
                .containsExactly(fails.id());

        assertThat(queue.retry(fails.id())).map(Job::attempts).contains(new JobAttempts(3, 6));
        assertThat(TestJobs.awaitState(queue, fails.id(), JobState.FAILED)
                        .attempts()
                        .made())
                .isEqualTo(6);
    }

    @Test
    void whatWillNotPassIsADeadLetterAtOnce() {
        start(TestJobs.config("g1", 1), (job, context) -> {
            if (job.request().reference().endsWith(":gone")) {
                throw new PermanentFailureException("no such image");
            }
            return Outcome.rejected("policy says no");
        });

        Job gone = TestJobs.submit(queue, TestJobs.publish("r.example/a", "gone"));
        Job forbidden = TestJobs.submit(queue, TestJobs.publish("r.example/a", "forbidden"));

        assertThat(TestJobs.awaitState(queue, gone.id(), JobState.FAILED).failure())
                .contains(new JobFailure(FailureKind.PERMANENT, "no such image"));
        Job rejected = TestJobs.awaitState(queue, forbidden.id(), JobState.FAILED);
        assertThat(rejected.failure()).contains(new JobFailure(FailureKind.REJECTED, "policy says no"));
        assertThat(rejected.attempts().made()).isEqualTo(1);
    }

    @Test
    void aRunningJobIsInterruptedSoonAfterItIsCancelled() throws Exception {
        var running = new CountDownLatch(1);
        start(TestJobs.config("g1", 1), (job, context) -> {
            running.countDown();
            Thread.sleep(60_000);
            return Outcome.done();
        });
        UUID id = TestJobs.submit(queue, TestJobs.publish("r.example/a", "1")).id();
        running.await();

        long begin = System.nanoTime();
        assertThat(queue.cancel(id)).isEqualTo(Cancellation.REQUESTED);
        TestJobs.awaitState(queue, id, JobState.CANCELLED);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anAttemptThatTakesTooLongIsEnded() {
        var limits = new WorkerLimits(200, 200, 300, 5_000, 60_000);
        start(TestJobs.config("g1", 1).withLimits(limits), (job, context) -> {
            Thread.sleep(60_000);
            return Outcome.done();
        });

        UUID id = TestJobs.submit(queue, TestJobs.publish("r.example/a", "1")).id();

        Job failed = TestJobs.awaitState(queue, id, JobState.FAILED);
        assertThat(failed.failure()).map(JobFailure::kind).contains(FailureKind.TIMED_OUT);
        assertThat(failed.attempts().made()).isEqualTo(3);
    }

    @Test
    void aBusyRegistryHoldsUpNobodyElse() {
        Map<String, AtomicInteger> now = new ConcurrentHashMap<>();
        Map<String, Integer> most = new ConcurrentHashMap<>();
        var registries = new RegistryLimits(50, Map.of("slow.example", 2));
        queue.submit(many("slow.example/a", 60), Joining.NEVER);
        queue.submit(many("other.example/a", 20), Joining.NEVER);
        var order = Collections.synchronizedList(new ArrayList<String>());
        JobRunner runner = (job, context) -> {
            String registry = job.request().registry();
            int running =
                    now.computeIfAbsent(registry, none -> new AtomicInteger()).incrementAndGet();
            most.merge(registry, running, Math::max);
            Thread.sleep(registry.startsWith("slow") ? 60 : 5);
            now.get(registry).decrementAndGet();
            order.add(registry);
            return Outcome.done();
        };
        // Two generators share the limit.
        start(TestJobs.config("g1", 3).withRegistries(registries), runner);
        start(TestJobs.config("g2", 3).withRegistries(registries), runner);

        awaitUnfinished(0, 60);

        assertThat(most.get("slow.example")).isEqualTo(2);
        assertThat(order.subList(0, 40)).filteredOn("other.example"::equals).hasSize(20);
        assertThat(queue.list(JobFilter.ALL, java.util.Optional.empty(), 100).jobs())
                .allSatisfy(job -> assertThat(job.attempts().made()).isEqualTo(1));
    }

    @Test
    void tenThousandJobsOfOneRepositoryDoNotDelayTheFirstOfAnother() throws Exception {
        int threads = 3;
        var begun = Collections.synchronizedList(new ArrayList<String>());
        queue.submit(many("r.example/big", 10_000), Joining.NEVER);
        JobWorker worker = start(TestJobs.config("g1", threads), (job, context) -> {
            begun.add(job.request().repository());
            Thread.sleep(20);
            return Outcome.done();
        });
        TestJobs.await("the big one is under way", Duration.ofSeconds(20), () -> begun.size() > 20);

        int before = begun.size();
        Job small = TestJobs.submit(queue, TestJobs.publish("r.example/small", "1"));
        TestJobs.awaitState(queue, small.id(), JobState.SUCCEEDED);
        worker.close();

        int between = begun.indexOf("r.example/small") - before;
        System.out.printf("%s: %d jobs began between%n", getClass().getSimpleName(), between);
        assertThat(between).as("begun between its submission and its turn").isLessThanOrEqualTo(threads);
    }

    @Test
    void repositoriesTakeTurnsAndRetriesDoNotStarve() {
        var begun = Collections.synchronizedList(new ArrayList<String>());
        queue.submit(many("r.example/a", 60), Joining.NEVER);
        queue.submit(many("r.example/b", 60), Joining.NEVER);
        Job failing = TestJobs.submit(
                queue, TestJobs.request(JobAction.PUBLISH, "r.example/a", "failing", JobPriority.NORMAL));
        queue.submit(
                many("r.example/a", 200).stream()
                        .map(r -> TestJobs.publish(
                                "r.example/a",
                                "x" + r.reference().length()
                                        + r.reference().substring(r.reference().indexOf(':') + 1)))
                        .toList(),
                Joining.NEVER);
        start(TestJobs.config("g1", 1).withRetries(new RetryPolicy(1, 1, 0)), (job, context) -> {
            begun.add(job.request().repository() + (job.id().equals(failing.id()) ? "!" : ""));
            Thread.sleep(2);
            if (job.id().equals(failing.id())) {
                throw new IOException("again");
            }
            return Outcome.done();
        });

        awaitUnfinished(0, 60);

        List<String> first = begun.subList(0, 60);
        assertThat(first).filteredOn("r.example/b"::equals).hasSizeBetween(28, 32);
        int attempt1 = begun.indexOf("r.example/a!");
        int attempt3 = begun.lastIndexOf("r.example/a!");
        assertThat(attempt3 - attempt1)
                .as("not behind the 200 submitted after it")
                .isLessThan(20);
    }

    @Test
    void higherPrioritiesComeFirst() throws Exception {
        var gate = new CountDownLatch(1);
        var order = Collections.synchronizedList(new ArrayList<JobPriority>());
        start(TestJobs.config("g1", 1), (job, context) -> {
            gate.await();
            order.add(job.request().priority());
            return Outcome.done();
        });
        TestJobs.submit(queue, TestJobs.publish("r.example/first", "1"));
        TestJobs.await(
                "the first one runs",
                Duration.ofSeconds(10),
                () -> queue.counts().of(JobState.RUNNING) == 1);
        for (JobPriority priority : JobPriority.values()) {
            for (int i = 0; i < 3; i++) {
                TestJobs.submit(
                        queue,
                        TestJobs.request(
                                JobAction.PUBLISH,
                                "r.example/" + priority.name().toLowerCase(java.util.Locale.ROOT),
                                "t" + i,
                                priority));
            }
        }
        gate.countDown();
        awaitUnfinished(0, 30);

        assertThat(order.subList(1, 10))
                .containsExactly(
                        JobPriority.HIGH,
                        JobPriority.HIGH,
                        JobPriority.HIGH,
                        JobPriority.NORMAL,
                        JobPriority.NORMAL,
                        JobPriority.NORMAL,
                        JobPriority.LOW,
                        JobPriority.LOW,
                        JobPriority.LOW);
    }

    @Test
    void jobsOfAReferenceRunOneAfterTheOther() {
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var order = Collections.synchronizedList(new ArrayList<JobAction>());
        for (int i = 0; i < 5; i++) {
            TestJobs.submit(queue, TestJobs.publish("r.example/a", "1"));
            TestJobs.submit(queue, TestJobs.request(JobAction.DELETE, "r.example/a", "1", JobPriority.HIGH));
        }
        start(TestJobs.config("g1", 4), (job, context) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            order.add(job.request().action());
            Thread.sleep(10);
            now.decrementAndGet();
            return Outcome.done();
        });

        awaitUnfinished(0, 30);

        assertThat(most).hasValue(1);
        assertThat(order.getLast()).as("the last wish decides").isEqualTo(JobAction.DELETE);
        for (int i = 0; i < order.size(); i += 2) {
            assertThat(order.subList(i, i + 2)).containsExactly(JobAction.PUBLISH, JobAction.DELETE);
        }
    }

    @Test
    void aStopGivesJobsBackWithoutCountingTheAttempt() throws Exception {
        var running = new CountDownLatch(2);
        var limits = new WorkerLimits(200, 200, 60_000, 300, 60_000);
        JobWorker worker = start(TestJobs.config("g1", 2).withLimits(limits), (job, context) -> {
            running.countDown();
            Thread.sleep(60_000);
            return Outcome.done();
        });
        List<Submission> jobs = queue.submit(many("r.example/a", 3), Joining.NEVER);
        running.await();

        worker.close();

        assertThat(jobs)
                .extracting(submission -> TestJobs.get(queue, submission.job().id()))
                .allSatisfy(job -> {
                    assertThat(job.state()).isEqualTo(JobState.QUEUED);
                    assertThat(job.attempts().made()).isZero();
                });
        start(TestJobs.config("g2", 2), (job, context) -> Outcome.done());
        awaitUnfinished(0, 30);
    }

    @Test
    void anAttemptWhoseBeginningWasWrittenButNotConfirmedIsBegunAgain() {
        UUID id = TestJobs.submit(queue, TestJobs.publish("r.example/a", "1")).id();
        database.run(handle -> JobChanges.begin(handle, id, "g1"));

        start(TestJobs.config("g1", 1), (job, context) -> Outcome.published("sha256:m"));

        Job job = TestJobs.awaitState(queue, id, JobState.SUCCEEDED);
        assertThat(job.attempts().made()).isEqualTo(1);
    }

    @Test
    void interruptsDoNotHurtTheDatabase() {
        start(TestJobs.config("g1", 4), (job, context) -> {
            while (!context.isCancelled()) {
                new AuditLog(database).append("job", "runs", job.id().toString(), "again");
            }
            Thread.sleep(60_000);
            return Outcome.done();
        });
        for (int round = 0; round < 5; round++) {
            int tag = round;
            List<UUID> ids = queue.submit(many("r.example/a" + tag, 4), Joining.NEVER).stream()
                    .map(submission -> submission.job().id())
                    .toList();
            TestJobs.await("4 run", Duration.ofSeconds(20), () -> queue.counts().of(JobState.RUNNING) == 4);
            ids.forEach(queue::cancel);
            ids.forEach(id -> TestJobs.await(
                    "ended",
                    Duration.ofSeconds(20),
                    () -> TestJobs.get(queue, id).state().hasEnded()
                            || TestJobs.get(queue, id).state() == JobState.RETRYING));
        }
        awaitUnfinished(0, 60);
    }
}
