package dev.lamella.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Twice in a second, for all running jobs of this process together: writes how far they are, reads which are to be cancelled, and sees which take
 * too long. So it also knows whether the database is there; while it is not, db-scheduler need not look for jobs.
 */
final class Pulse implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);
    private static final long BEAT_MILLIS = 500;

    private final JobDatabase database;
    private final WorkerConfig config;
    private final RunningJobs running;

    private volatile boolean closed;
    private volatile boolean there = true;
    private volatile long awayNanos;
    private volatile boolean wasAway;

    Pulse(JobDatabase database, WorkerConfig config, RunningJobs running) {
        this.database = database;
        this.config = config;
        this.running = running;
    }

    void start(Scheduler scheduler) {
        Thread.ofPlatform().name("jobs-pulse").daemon().start(() -> {
            while (!closed) {
                beat(scheduler);
                try {
                    Thread.sleep(BEAT_MILLIS);
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
    }

    private void beat(Scheduler scheduler) {
        for (RunningJob job : running.list()) {
            job.remind();
            if (TimeUnit.NANOSECONDS.toMillis(job.nanos()) > config.limits().runMillisMax()) {
                job.interrupt(RunningJob.Why.TIMED_OUT);
            }
        }
        try {
            List<RunningJob> attempts = running.list();
            Map<UUID, Job> rows = database.relaxed(handle -> exchange(handle, attempts));
            attempts.forEach(attempt ->
                    heed(attempt, Optional.ofNullable(rows.get(attempt.job().id()))));
            if (!there) {
                there = true;
                LOG.info("the database of the queue is back");
                if (running.mayBegin()) {
                    scheduler.resume();
                    scheduler.triggerCheckForDueExecutions();
                }
            }
        } catch (QueueUnavailableException e) {
            wasAway = true;
            awayNanos = System.nanoTime();
            if (there) {
                there = false;
                LOG.warn("{}; no job is begun until it is back", e.getMessage());
                scheduler.pause();
            }
        } catch (RuntimeException e) {
            LOG.error("progress of running jobs could not be written", e);
        }
    }

    /** Writes what is new, in an order in which no two generators wait for each other, and reads what the rows of this generator's jobs say. */
    private Map<UUID, Job> exchange(Handle handle, List<RunningJob> attempts) {
        attempts.stream()
                .sorted(Comparator.comparing(attempt -> attempt.job().id()))
                .forEach(attempt -> attempt.takeProgress().ifPresent(progress -> write(handle, attempt, progress)));
        return handle
                .createQuery(JobRows.SELECT + "where state = 'RUNNING' and generator = :generator")
                .bind("generator", config.generator())
                .map((row, context) -> JobRows.job(row))
                .stream()
                .collect(Collectors.toMap(Job::id, Function.identity()));
    }

    private static void write(Handle handle, RunningJob attempt, JobProgress progress) {
        if (JobRows.lock(handle, attempt.job().id()).filter(attempt::isStillOf).isPresent()) {
            JobChanges.progress(handle, attempt.job().id(), progress);
            LayerRows.write(handle, attempt.job().id(), progress.layers());
        }
    }

    private static void heed(RunningJob attempt, Optional<Job> row) {
        if (row.filter(attempt::isStillOf).isEmpty()) {
            attempt.interrupt(RunningJob.Why.LOST);
        } else if (row.get().cancelRequested()) {
            attempt.interrupt(RunningJob.Why.CANCELLED);
        }
    }

    boolean isDatabaseThere() {
        return there;
    }

    /** Returns whether the database could not be reached within the time after which generators are taken for dead. */
    boolean wasDatabaseAway() {
        return wasAway
                && System.nanoTime() - awayNanos < config.limits().deadAfter().toNanos();
    }

    @Override
    public void close() {
        closed = true;
    }
}
