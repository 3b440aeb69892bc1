package dev.lamella.jobs;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What db-scheduler does with an execution it picked, and with one whose generator died. */
final class JobTask {

    private static final Logger LOG = LoggerFactory.getLogger(JobTask.class);

    private final Attempts attempts;
    private final JobRunner runner;
    private final RunningJobs running;
    private final Pulse pulse;

    JobTask(Attempts attempts, JobRunner runner, RunningJobs running, Pulse pulse) {
        this.attempts = attempts;
        this.runner = runner;
        this.running = running;
        this.pulse = pulse;
    }

    Task<Void> task() {
        return Tasks.custom(Schedule.TASK, Void.class)
                .onDeadExecution(this::dead)
                .onFailure(this::giveWay)
                .execute((instance, context) -> execute(context.getExecution()));
    }

    private CompletionHandler<Void> execute(Execution execution) {
        running.pick(Attempts.idOf(execution));
        MDC.put("job", execution.taskInstance.getId());
        try {
            return begin(execution).map(this::run).orElse(this::giveWay);
        } finally {
            MDC.remove("job");
        }
    }

    private void giveWay(ExecutionComplete complete, ExecutionOperations<Void> operations) {
        persist(complete, () -> attempts.giveWay(complete, operations));
    }

    private Optional<Job> begin(Execution execution) {
        try {
            return running.mayBegin() ? attempts.begin(execution) : Optional.empty();
        } catch (QueueUnavailableException e) {
            LOG.warn("job {} was picked and could not be begun: {}", execution.taskInstance.getId(), e.getMessage());
            return Optional.empty();
        }
    }

    private CompletionHandler<Void> run(Job job) {
        var attempt = new RunningJob(job);
        Ending ending = running.add(attempt) ? run(attempt) : new Ending.GivenBack();
        LOG.info(
                "job {}: {} {}, attempt {} of {}: {} after {} ms",
                job.id(),
                job.request().action(),
                job.request().reference(),
                job.attempts().made(),
                job.attempts().max(),
                ending,
                TimeUnit.NANOSECONDS.toMillis(attempt.nanos()));
        return (complete, operations) ->
                persist(complete, () -> attempts.finish(attempt, ending, complete, operations));
    }

    private Ending run(RunningJob attempt) {
        WorkerLimits limits = attempts.config().limits();
        try {
            Outcome outcome = runner.run(attempt.job(), attempt);
            attempt.leave();
            return Ending.of(outcome);
        } catch (Exception | Error e) {
            Ending ending = Ending.of(e, attempt.leave(), limits);
            LOG.debug("job {} failed", attempt.job().id(), e);
            return ending;
        }
    }

    /** Goes on trying while the database is away. If that takes too long, the job is found as one whose generator died. */
    private void persist(ExecutionComplete complete, Runnable transaction) {
        try {
            persist(transaction);
        } finally {
            running.release(Attempts.idOf(complete.getExecution()));
        }
    }

    private void persist(Runnable transaction) {
        long end = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(attempts.config().limits().resultMillis());
        for (long pauseMillis = 100; ; pauseMillis = Math.min(2 * pauseMillis, 2_000)) {
            try {
                transaction.run();
                return;
            } catch (QueueUnavailableException e) {
                if (System.nanoTime() - end >= 0) {
                    throw e;
                }
                LOG.info("the end of an attempt is written down when the database is back: {}", e.getMessage());
                pause(pauseMillis, e);
            }
        }
    }

    private static void pause(long millis, QueueUnavailableException failure) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /**
     * An execution without heartbeats. It is left alone if it runs right here, or if this generator itself could not reach the database a moment
     * ago: then the others could not either, and get the time to say that they are alive.
     */
    private void dead(ExecutionComplete complete, ExecutionOperations<Void> operations) {
        if (running.isPicked(Attempts.idOf(complete.getExecution())) || pulse.wasDatabaseAway()) {
            return;
        }
        attempts.lost(complete, operations);
    }
}
