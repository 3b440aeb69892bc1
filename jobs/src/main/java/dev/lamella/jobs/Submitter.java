package dev.lamella.jobs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes jobs of requests, in one transaction. Thread-safe. */
final class Submitter {

    private static final Logger LOG = LoggerFactory.getLogger(Submitter.class);

    /** How long a count of the jobs that wait may be used; counting a hundred thousand takes longer than taking one more. */
    private static final long COUNT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final JobDatabase database;
    private final Schedule schedule;
    private final QueueLimits limits;
    private final UuidV7 ids = new UuidV7();
    private final Set<String> registries = ConcurrentHashMap.newKeySet();

    private final AtomicLong countedAt = new AtomicLong(System.nanoTime() - COUNT_NANOS);
    private final AtomicLong unfinished = new AtomicLong();

    Submitter(JobDatabase database, Schedule schedule, QueueLimits limits) {
        this.database = database;
        this.schedule = schedule;
        this.limits = limits;
    }

    List<Submission> submit(List<JobRequest> requests, Joining joining) {
        checkRoom(requests.size());
        List<Submission> submissions = database.transaction(handle -> submit(handle, requests, joining));
        for (Submission submission : submissions) {
            Job job = submission.job();
            LOG.info(
                    "job {}: {} {} {} for {} by {}",
                    job.id(),
                    submission.kind(),
                    job.request().action(),
                    job.request().reference(),
                    job.request().origin().submittedBy(),
                    job.request().origin().source());
        }
        unfinished.addAndGet(submissions.stream()
                .filter(s -> s.kind() == Submission.Kind.NEW)
                .count());
        submissions.forEach(s -> registries.add(s.job().request().registry()));
        return submissions;
    }

    /** Counts now and then; between counts, what this process submits is added and what ends is not seen. */
    private void checkRoom(int requests) {
        long last = countedAt.get();
        long now = System.nanoTime();
        boolean full = unfinished.get() + requests > limits.unfinishedMax();
        if ((full || now - last >= COUNT_NANOS) && countedAt.compareAndSet(last, now)) {
            unfinished.set(database.relaxed(JobQuery::unfinished));
        }
        if (unfinished.get() + requests > limits.unfinishedMax()) {
            throw new QueueFullException(unfinished.get(), limits.unfinishedMax());
        }
    }

    private List<Submission> submit(Handle handle, List<JobRequest> requests, Joining joining) {
        var known = new KnownJobs(handle, joining);
        var added = new ArrayList<Job>();
        var submissions = new ArrayList<Submission>();
        for (JobRequest request : requests) {
            Submission submission = known.find(request).orElseGet(() -> {
                Job job = newJob(request);
                added.add(job);
                known.add(job);
                return new Submission(job, Submission.Kind.NEW);
            });
            submissions.add(submission);
        }
        if (!added.isEmpty()) {
            addRegistries(handle, added);
            Map<Job, Long> turns = takeTurns(handle, added);
            JobRows.insert(handle, turns);
            schedule.add(turns.entrySet().stream()
                    .map(e -> new JobTurn(e.getKey().id(), e.getKey().request().priority(), e.getValue()))
                    .toList());
        }
        return submissions;
    }

    private Job newJob(JobRequest request) {
        UUID id = ids.next();
        return new Job(
                id,
                request,
                JobState.QUEUED,
                new JobAttempts(0, limits.attemptsMax()),
                new JobTimes(UuidV7.time(id), Optional.empty(), Optional.empty(), Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                JobProgress.NONE,
                false);
    }

    private void addRegistries(Handle handle, List<Job> added) {
        added.stream()
                .map(job -> job.request().registry())
                .distinct()
                .filter(registry -> !registries.contains(registry))
                .sorted()
                .forEach(registry -> handle.createUpdate("insert into registry (name)"
                                + " select cast(:name as varchar(300))"
                                + " where not exists (select 1 from registry where name = :name)")
                        .bind("name", registry)
                        .execute());
    }

    /** Repositories in an order, so that two submissions never wait for each other. */
    private static Map<Job, Long> takeTurns(Handle handle, List<Job> added) {
        var flows = new TreeMap<Turns.Flow, List<Job>>();
        for (Job job : added) {
            var flow = new Turns.Flow(job.request().priority(), job.request().repository(), false);
            flows.computeIfAbsent(flow, none -> new ArrayList<>()).add(job);
        }
        var turns = new LinkedHashMap<Job, Long>();
        flows.forEach((flow, jobs) -> {
            long turn = Turns.take(handle, flow, jobs.size());
            for (Job job : jobs) {
                turns.put(job, turn++);
            }
        });
        return turns;
    }
}
