package dev.lamella.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;

/**
 * The queue: takes jobs, shows them, cancels and repeats them. Thread-safe; several may be open on the same database, in several processes. Needs
 * no {@link JobWorker}; jobs wait until there is one.
 */
public final class JobQueue {

    private final JobDatabase database;
    private final QueueLimits limits;
    private final Schedule schedule;
    private final Submitter submitter;

    /** What is to be told when there may be something to do. */
    private final List<Runnable> workers = new CopyOnWriteArrayList<>();

    private JobQueue(JobDatabase database, QueueLimits limits) {
        this.database = database;
        this.limits = limits;
        this.schedule = new Schedule(database);
        this.submitter = new Submitter(database, schedule, limits);
    }

    /** Returns the queue of a database. */
    public static JobQueue of(JobDatabase database, QueueLimits limits) {
        return new JobQueue(database, limits);
    }

    /**
     * Takes requests, all or none. When it returns the jobs are durable: they survive a kill of this process, and of the database.
     *
     * @param requests at most {@link QueueLimits#requestsMax()}
     * @param joining whether jobs that wait already may be answered
     * @return what became of each, in the same order
     * @throws QueueUnavailableException if the database cannot be reached
     * @throws QueueFullException if too many jobs wait
     * @throws IdempotencyConflictException if a key was used for something else
     */
    public List<Submission> submit(List<JobRequest> requests, Joining joining) {
        if (requests.size() > limits.requestsMax()) {
            throw new IllegalArgumentException("%d requests in one submission, at most %d are allowed"
                    .formatted(requests.size(), limits.requestsMax()));
        }
        List<Submission> submissions = submitter.submit(requests, joining);
        if (submissions.stream().anyMatch(submission -> submission.kind() == Submission.Kind.NEW)) {
            workers.forEach(Runnable::run);
        }
        return submissions;
    }

    /** Returns a job with the progress of its layers. */
    public Optional<Job> get(UUID id) {
        return database.relaxed(handle ->
                JobRows.find(handle, id).map(job -> withLayers(job, LayerRows.read(handle, id))));
    }

    private static Job withLayers(Job job, List<LayerProgress> layers) {
        return new Job(
                job.id(),
                job.request(),
                job.state(),
                job.attempts(),
                job.times(),
                job.generator(),
                job.manifestDigest(),
                job.failure(),
                new JobProgress(job.progress().receivedBytes(), job.progress().totalBytes(), layers),
                job.cancelRequested());
    }

    /**
     * Lists jobs, the newest first.
     *
     * @param filter which
     * @param before where the page begins: {@link JobPage#next()} of the page before; empty for the first one
     * @param limit how many, at most {@link QueueLimits#pageMax()}
     */
    public JobPage list(JobFilter filter, Optional<UUID> before, int limit) {
        if (limit < 1 || limit > limits.pageMax()) {
            throw new IllegalArgumentException(
                    "a page of %d jobs, from 1 to %d are allowed".formatted(limit, limits.pageMax()));
        }
        return database.relaxed(handle -> new JobQuery(filter, before).page(handle, limit));
    }

    /** Cancels a job that waits, or asks the generator that runs it to stop. */
    public Cancellation cancel(UUID id) {
        return database.transaction(handle -> JobRows.find(handle, id)
                .map(job -> {
                    Slots.lock(handle, job.request().registry());
                    return cancel(handle, JobRows.lock(handle, id).orElse(job));
                })
                .orElse(Cancellation.UNKNOWN));
    }

    private Cancellation cancel(Handle handle, Job job) {
        if (job.state().hasEnded()) {
            return Cancellation.TOO_LATE;
        }
        if (job.state() == JobState.RUNNING || !schedule.remove(job.id())) {
            handle.createUpdate("update job set cancel_requested = true where id = :id")
                    .bind("id", job.id())
                    .execute();
            return Cancellation.REQUESTED;
        }
        JobChanges.cancelled(handle, job.id());
        new Slots(schedule, RegistryLimits.DEFAULT)
                .wakeReference(handle, job.request().reference());
        return Cancellation.CANCELLED;
    }

    /**
     * Puts a job that was given up or cancelled back into the line, with as many attempts as a new one.
     *
     * @return the job as it waits now; empty if there is none, or it waits, runs or succeeded
     */
    public Optional<Job> retry(UUID id) {
        Optional<Job> job = database.transaction(handle -> JobRows.lock(handle, id)
                .filter(found -> found.state() == JobState.FAILED || found.state() == JobState.CANCELLED)
                .map(found -> {
                    JobRequest request = found.request();
                    var flow = new Turns.Flow(request.priority(), request.repository(), false);
                    long turn = Turns.take(handle, flow, 1);
                    JobChanges.again(handle, id, turn, found.attempts().made() + limits.attemptsMax());
                    schedule.add(List.of(new JobTurn(id, request.priority(), turn)));
                    return JobRows.find(handle, id).orElse(found);
                }));
        job.ifPresent(again -> workers.forEach(Runnable::run));
        return job;
    }

    /** Returns how many jobs are in each state. */
    public JobCounts counts() {
        return database.relaxed(JobQuery::counts);
    }

    /** Returns when the job was submitted that waits for its first attempt longest. */
    public Optional<Instant> oldestQueued() {
        return database.relaxed(JobQuery::oldestQueued);
    }

    /** Returns how many dead letters have which reason, the most first, at most 100 kinds of them. */
    public List<FailureCount> failureCounts() {
        return database.relaxed(JobQuery::failureCounts);
    }

    JobDatabase database() {
        return database;
    }

    Schedule schedule() {
        return schedule;
    }

    void addWorker(Runnable wake) {
        workers.add(wake);
    }

    void removeWorker(Runnable wake) {
        workers.remove(wake);
    }
}
