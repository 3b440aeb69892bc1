package dev.lamella.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.Task;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs of a queue with so many threads, until it is closed. Does by itself what is done once a minute: samples, retention, looking for
 * what a crash left. Thread-safe.
 */
public final class JobWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobWorker.class);

    private final JobQueue queue;
    private final WorkerConfig config;
    private final RunningJobs running;
    private final Scheduler jobs;
    private final Maintenance maintenance;
    private final Pulse pulse;
    private final Runnable wake;
    private final AtomicBoolean closed = new AtomicBoolean();

    private JobWorker(JobQueue queue, JobRunner runner, WorkerConfig config) {
        this.queue = queue;
        this.config = config;
        this.running = new RunningJobs();
        this.pulse = new Pulse(queue.database(), config, running);
        var attempts = new Attempts(queue, config);
        var threads = new WorkerThreads(config.threads());
        this.jobs = scheduler(queue.database(), config, threads, new JobTask(attempts, runner, running, pulse).task());
        this.maintenance = new Maintenance(queue, config);
        this.wake = jobs::triggerCheckForDueExecutions;
        threads.whenFree(wake);
    }

    /**
     * Starts a worker.
     *
     * @param queue whose jobs
     * @param runner what they do
     * @param config how
     */
    public static JobWorker start(JobQueue queue, JobRunner runner, WorkerConfig config) {
        var worker = new JobWorker(queue, runner, config);
        worker.jobs.start();
        worker.maintenance.start();
        worker.pulse.start(worker.jobs);
        queue.addWorker(worker.wake);
        LOG.info("generator {} runs up to {} jobs at once", config.generator(), config.threads());
        return worker;
    }

    private static Scheduler scheduler(
            JobDatabase database, WorkerConfig config, WorkerThreads executor, Task<?> task) {
        int threads = config.threads();
        return Scheduler.create(database.connections(), task)
                .tableName(Schedule.TABLE)
                .jdbcCustomization(Schedule.dialect(database))
                .schedulerName(new SchedulerName.Fixed(config.generator()))
                .threads(threads)
                .executorService(executor)
                .enablePriority()
                .enableImmediateExecution()
                // No more than there are free threads, and again whenever one gets free: order is kept to the last
                // moment. Where the lower
                // limit lies does not matter, since WorkerThreads say so.
                .pollUsingLockAndFetch((threads - 0.5) / threads, 1.0)
                .pollingInterval(Duration.ofMillis(config.limits().pollMillis()))
                .heartbeatInterval(Duration.ofMillis(config.limits().heartbeatMillis()))
                .missedHeartbeatsLimit(WorkerLimits.MISSED_HEARTBEATS)
                .shutdownMaxWait(Duration.ofSeconds(1))
                .failureLogging(LogLevel.WARN, true)
                .build();
    }

    /** Returns how many jobs this worker runs right now. */
    public int running() {
        return running.size();
    }

    /**
     * Returns whether the database answered when it was asked last, which is about twice in a second. While it does not, no job is begun;
     * running ones go on.
     */
    public boolean isDatabaseThere() {
        return pulse.isDatabaseThere();
    }

    /**
     * Stops: begins no more jobs, waits {@link WorkerLimits#stopMillis()} for those that run, interrupts them, waits as long again. A job that
     * was interrupted goes back to the queue, and the attempt does not count. A job that ignores the interrupt is found by another generator, or
     * by the next start of this one, as one whose generator died.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        queue.removeWorker(wake);
        jobs.pause();
        running.beginNoMore();
        maintenance.close();
        long nanos = TimeUnit.MILLISECONDS.toNanos(config.limits().stopMillis());
        if (!running.awaitEmpty(nanos)) {
            LOG.info("generator {} interrupts {} jobs to stop", config.generator(), running.size());
            running.interruptAll(RunningJob.Why.STOPPING);
            running.awaitEmpty(nanos);
        }
        jobs.stop();
        pulse.close();
        LOG.info("generator {} has stopped", config.generator());
    }
}
