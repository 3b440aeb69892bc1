package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a queue does without anybody who runs jobs. Held by H2 and by PostgreSQL. */
abstract class JobQueueContract {

    JobDatabase database;
    JobQueue queue;

    abstract DatabaseConfig newDatabase() throws IOException;

    @BeforeEach
    void open() throws IOException {
        database = JobDatabase.open(newDatabase());
        queue = JobQueue.of(database, new QueueLimits(1000, 3000, 3, 100));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aJobIsAsItWasAskedFor() {
        JobRequest request = new JobRequest(
                JobAction.DELETE,
                "example.org/a/b:1",
                "example.org",
                "example.org/a/b",
                Optional.of("linux/arm64"),
                JobPriority.HIGH,
                new JobOrigin("webhook:main", "main", Optional.of("k")));

        Submission submission = queue.submit(List.of(request), Joining.NEVER).getFirst();

        assertThat(submission.kind()).isEqualTo(Submission.Kind.NEW);
        assertThat(queue.get(submission.job().id())).contains(submission.job());
        assertThat(submission.job().request()).isEqualTo(request);
        assertThat(submission.job().state()).isEqualTo(JobState.QUEUED);
        assertThat(submission.job().attempts()).isEqualTo(new JobAttempts(0, 3));
        assertThat(submission.job().times().submitted()).isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(submission.job().id().version()).isEqualTo(7);
        assertThat(queue.get(UUID.randomUUID())).isEmpty();
    }

    @Test
    void theSameKeyOfTheSameSubmitterIsTheSameJob() {
        JobRequest request = TestJobs.withKey(TestJobs.publish("r.example/a", "1"), "alice", "key");
        Job first = TestJobs.submit(queue, request);

        List<Submission> again = queue.submit(List.of(request, request), Joining.NEVER);
        Submission other = queue.submit(
                        List.of(TestJobs.withKey(TestJobs.publish("r.example/a", "1"), "bob", "key")), Joining.NEVER)
                .getFirst();

        assertThat(again).containsOnly(new Submission(first, Submission.Kind.REPEATED));
        assertThat(other.kind()).isEqualTo(Submission.Kind.NEW);
        assertThatThrownBy(() -> queue.submit(
                        List.of(
                                TestJobs.publish("r.example/b", "1"),
                                TestJobs.withKey(TestJobs.publish("r.example/a", "2"), "alice", "key")),
                        Joining.NEVER))
                .isInstanceOf(IdempotencyConflictException.class)
                .hasMessageContaining(first.id().toString());
        assertThat(queue.counts().unfinished())
                .as("nothing of a refused submission is taken")
                .isEqualTo(2);
    }

    @Test
    void aKeyUsedByManyAtOnceMakesOneJob() throws Exception {
        JobRequest request = TestJobs.withKey(TestJobs.publish("r.example/a", "1"), "alice", "key");
        var ids = new HashSet<UUID>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Callable<UUID>> submitters = IntStream.range(0, 40)
                    .<Callable<UUID>>mapToObj(
                            i -> () -> TestJobs.submit(queue, request).id())
                    .toList();
            for (Future<UUID> id : threads.invokeAll(submitters)) {
                ids.add(id.get());
            }
        }

        assertThat(ids).hasSize(1);
        assertThat(queue.counts().of(JobState.QUEUED)).isEqualTo(1);
    }

    @Test
    void aRequestJoinsAJobThatWaitsAndDoesTheSame() {
        Job first = TestJobs.submit(queue, TestJobs.publish("r.example/a", "1"));

        List<Submission> same = queue.submit(
                List.of(
                        TestJobs.publish("r.example/a", "1"),
                        TestJobs.publish("r.example/a", "2"),
                        TestJobs.publish("r.example/a", "2")),
                Joining.QUEUED);

        assertThat(same.get(0)).isEqualTo(new Submission(first, Submission.Kind.JOINED));
        assertThat(same.get(1).kind()).isEqualTo(Submission.Kind.NEW);
        assertThat(same.get(2)).isEqualTo(new Submission(same.get(1).job(), Submission.Kind.JOINED));
    }

    @Test
    void aRequestDoesNotJoinWhatWouldNotDoWhatItWants() {
        TestJobs.submit(queue, TestJobs.publish("r.example/a", "1"));
        TestJobs.submit(queue, TestJobs.request(JobAction.DELETE, "r.example/a", "1", JobPriority.NORMAL));
        TestJobs.submit(queue, TestJobs.publish("r.example/b", "1"));

        List<Submission> submissions = queue.submit(
                List.of(
                        TestJobs.publish("r.example/a", "1"),
                        TestJobs.request(JobAction.PUBLISH, "r.example/b", "1", JobPriority.HIGH)),
                Joining.QUEUED);

        assertThat(submissions).extracting(Submission::kind).containsOnly(Submission.Kind.NEW);
    }

    @Test
    void aListIsPagedFromTheNewest() {
        List<Job> jobs = submitMany("r.example/a", 25);

        var seen = new ArrayList<Job>();
        Optional<UUID> next = Optional.empty();
        do {
            JobPage page = queue.list(JobFilter.ALL, next, 10);
            seen.addAll(page.jobs());
            next = page.next();
        } while (next.isPresent());

        assertThat(seen).isEqualTo(jobs.reversed());
        assertThatThrownBy(() -> queue.list(JobFilter.ALL, Optional.empty(), 101))
                .hasMessageContaining("from 1 to 100");
    }

    @Test
    void aListIsFiltered() {
        Instant start = Instant.now();
        submitMany("r.example/a", 5);
        List<Job> upper = submitMany("r.example/b", 5);
        queue.cancel(upper.get(2).id());

        assertThat(list(JobFilter.ALL.withRepository("r.example/b"))).hasSize(5);
        assertThat(list(JobFilter.ALL.withText("EXAMPLE/B:3")))
                .extracting(job -> job.request().reference())
                .containsExactly("r.example/b:3");
        assertThat(list(JobFilter.ALL.withText("%"))).as("no wildcards").isEmpty();
        assertThat(list(JobFilter.ALL.withText("_"))).as("no wildcards").isEmpty();
        assertThat(list(JobFilter.ALL.withStates(Set.of(JobState.CANCELLED))))
                .extracting(Job::id)
                .containsExactly(upper.get(2).id());
        assertThat(list(JobFilter.ALL
                        .withRepository("r.example/b")
                        .withStates(Set.of(JobState.QUEUED, JobState.RUNNING))))
                .hasSize(4);
        assertThat(list(JobFilter.ALL.withSource("api"))).hasSize(10);
        assertThat(list(JobFilter.ALL.withSource("webhook:x"))).isEmpty();
        assertThat(list(JobFilter.ALL.withTimes(
                        Optional.of(start), Optional.of(Instant.now().plusSeconds(9)))))
                .hasSize(10);
        assertThat(list(JobFilter.ALL.withTimes(Optional.empty(), Optional.of(start.minusMillis(1)))))
                .isEmpty();
    }

    private List<Job> list(JobFilter filter) {
        return queue.list(filter, Optional.empty(), 100).jobs();
    }

    private List<Job> submitMany(String repository, int count) {
        return queue
                .submit(
                        IntStream.range(0, count)
                                .mapToObj(i -> TestJobs.publish(repository, Integer.toString(i)))
                                .toList(),
                        Joining.NEVER)
                .stream()
                .map(Submission::job)
                .toList();
    }

    @Test
    void aWaitingJobIsCancelledAtOnceAndMayBeTriedAgain() {
        Job job = TestJobs.submit(queue, TestJobs.publish("r.example/a", "1"));

        assertThat(queue.retry(job.id())).as("it waits").isEmpty();
        assertThat(queue.cancel(job.id())).isEqualTo(Cancellation.CANCELLED);
        assertThat(TestJobs.get(queue, job.id()).times().ended()).isPresent();
        assertThat(queue.cancel(job.id())).isEqualTo(Cancellation.TOO_LATE);
        assertThat(queue.cancel(UUID.randomUUID())).isEqualTo(Cancellation.UNKNOWN);
        assertThat(queue.retry(job.id())).map(Job::state).contains(JobState.QUEUED);
        assertThat(scheduled()).isEqualTo(1);
    }

    private int scheduled() {
        return database.relaxed(handle -> handle.createQuery("select count(*) from job_schedule")
                .mapTo(Integer.class)
                .one());
    }

    @Test
    void tooManyJobsAreRefusedAltogether() {
        submitMany("r.example/a", 1000);
        submitMany("r.example/b", 1000);
        submitMany("r.example/c", 999);

        assertThatThrownBy(() -> submitMany("r.example/d", 2))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining("at most 3000");
        assertThat(submitMany("r.example/d", 1)).hasSize(1);
        assertThatThrownBy(() -> submitMany("r.example/a", 1001)).hasMessageContaining("at most 1000");
    }

    @Test
    void submissionsAtTheSameTimeAllSucceed() throws Exception {
        try (var threads = Executors.newFixedThreadPool(6)) {
            List<Callable<Integer>> submitters = IntStream.range(0, 60)
                    .<Callable<Integer>>mapToObj(i -> () -> queue.submit(
                                    List.of(
                                            TestJobs.publish("r%d.example/a".formatted(i % 3), "t" + i),
                                            TestJobs.publish("r%d.example/b".formatted((i + 1) % 3), "t" + i)),
                                    Joining.QUEUED)
                            .size())
                    .toList();
            for (Future<Integer> done : threads.invokeAll(submitters)) {
                assertThat(done.get()).isEqualTo(2);
            }
        }

        assertThat(queue.counts().of(JobState.QUEUED)).isEqualTo(120);
        assertThat(scheduled()).isEqualTo(120);
        int turns = database.relaxed(
                handle -> handle.createQuery("select count(distinct turn) from job where repository = :r")
                        .bind("r", "r0.example/a")
                        .mapTo(Integer.class)
                        .one());
        assertThat(turns).as("every job of a repository has a turn of its own").isEqualTo(20);
    }

    @Test
    void retentionGoesByAgeAndNumber() {
        List<Job> jobs = submitMany("r.example/a", 10);
        jobs.subList(0, 6).forEach(job -> queue.cancel(job.id()));
        database.run(handle -> handle.execute(
                "update job set ended = ? where id = ?",
                Instant.now().minus(Duration.ofDays(40)).toEpochMilli(),
                jobs.getFirst().id()));

        new Purge(database, new Retention(30, 100)).run();
        assertThat(list(JobFilter.ALL)).hasSize(9);

        new Purge(database, new Retention(30, 0)).run();
        assertThat(list(JobFilter.ALL))
                .extracting(Job::state)
                .containsOnly(JobState.QUEUED)
                .hasSize(4);
    }

    @Test
    void whatACrashMayLeaveIsMended() {
        List<Job> jobs = submitMany("r.example/a", 3);
        database.run(handle -> {
            handle.execute(
                    "delete from job_schedule where task_instance = ?",
                    jobs.get(0).id().toString());
            handle.execute(
                    "update job set state = 'RUNNING', attempts = 1 where id = ?",
                    jobs.get(0).id());
            handle.execute("delete from job where id = ?", jobs.get(1).id());
        });

        new Reconciler(queue, RegistryLimits.DEFAULT).run();

        assertThat(TestJobs.get(queue, jobs.get(0).id()).state()).isEqualTo(JobState.RETRYING);
        assertThat(scheduled()).isEqualTo(2);
    }

    @Test
    void samplesBecomePlots() {
        var samples = new SampleStore(database);
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        submitMany("r.example/a", 7);
        for (int minute = 0; minute < 60; minute++) {
            samples.add(start.plusSeconds(60L * minute), java.util.Map.of("store.bytes", (long) minute));
        }

        List<Sample> all = samples.list(start, start.plusSeconds(3600), 60);
        List<Sample> few = samples.list(start, start.plusSeconds(3600), 6);

        assertThat(all).hasSize(60);
        assertThat(few).hasSize(6);
        assertThat(few.get(1).time()).isEqualTo(start.plusSeconds(60 * 19));
        assertThat(few.get(1).queued()).isEqualTo(7);
        assertThat(few.get(1).numbers()).containsEntry("store.bytes", 19L);
    }

    @Test
    void theAuditLogIsPaged() {
        var audit = new AuditLog(database);
        IntStream.range(0, 5).forEach(i -> audit.append("alice", "submit", "object " + i, "x".repeat(5000)));

        List<AuditEntry> first = audit.list(Optional.empty(), 3);
        List<AuditEntry> rest = audit.list(Optional.of(first.getLast().number()), 3);

        assertThat(first).extracting(AuditEntry::object).containsExactly("object 4", "object 3", "object 2");
        assertThat(rest).extracting(AuditEntry::object).containsExactly("object 1", "object 0");
        assertThat(first.getFirst().outcome()).hasSizeLessThanOrEqualTo(1000);
    }

    @Test
    void nodesAreSeen() {
        var nodes = new NodeRegistry(database);
        nodes.seen("n1", "0.1.0", "[]");
        nodes.seen("n2", "0.1.0", "[]");
        nodes.seen("n1", "0.2.0", "[\"a\"]");

        assertThat(nodes.list()).extracting(NodeRecord::name).containsExactly("n1", "n2");
        assertThat(nodes.list().getFirst().version()).isEqualTo("0.2.0");
        assertThat(nodes.forget("n1")).isTrue();
        assertThat(nodes.forget("n1")).isFalse();
    }

    @Test
    void tokensAreKeptAsHashes() {
        var tokens = new TokenStore(database);
        Instant now = Instant.ofEpochMilli(Instant.now().toEpochMilli());
        var token = new TokenRecord("ci", "hash1", Set.of("read", "submit"), now, Optional.empty(), Optional.empty());

        assertThat(tokens.add(token)).isTrue();
        assertThat(tokens.add(new TokenRecord("ci", "hash2", Set.of("read"), now, Optional.of(now), Optional.empty())))
                .isFalse();
        assertThat(tokens.find("hash1")).contains(token);
        assertThat(tokens.find("hash2")).isEmpty();
        tokens.used(token);
        assertThat(tokens.list().getFirst().lastUsed()).isPresent();
        assertThat(token.toString()).doesNotContain("hash1");
        assertThat(tokens.revoke("ci")).isTrue();
        assertThat(tokens.find("hash1")).isEmpty();
    }
}
