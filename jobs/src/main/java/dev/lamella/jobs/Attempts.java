package dev.lamella.jobs;

import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of an attempt, each of which changes the job's row and db-scheduler's execution together. Every one first makes sure that
 * this generator still holds the execution: a process that slept so long that it was taken for dead changes nothing any more.
 */
final class Attempts {

    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

    private final JobDatabase database;
    private final Schedule schedule;
    private final Slots slots;
    private final WorkerConfig config;

    Attempts(JobQueue queue, WorkerConfig config) {
        this.database = queue.database();
        this.schedule = queue.schedule();
        this.slots = new Slots(schedule, config.registries());
        this.config = config;
    }

    WorkerConfig config() {
        return config;
    }

    /** Begins an attempt, which counts from now on; empty if the job may not run now, and {@link #giveWay} is to be called. */
    Optional<Job> begin(Execution execution) {
        Optional<Job> begun = database.relaxed(handle -> held(handle, execution)
                .filter(job -> !job.state().hasEnded() && job.state() != JobState.RUNNING && !job.cancelRequested())
                .filter(job -> JobRows.turn(handle, job.id()) != Turns.NONE)
                .filter(job -> slots.waitsFor(handle, job) == WaitsFor.NOTHING)
                .map(job -> {
                    JobChanges.begin(handle, job.id(), config.generator());
                    LayerRows.write(handle, job.id(), List.of());
                    Turns.served(handle, job.request().priority(), JobRows.turn(handle, job.id()));
                    return JobRows.find(handle, job.id()).orElseThrow();
                }));
        if (begun.isPresent()) {
            database.makeDurable();
        }
        return begun;
    }

    /** Puts a job that was picked but not begun where it belongs: into the line, aside, or away. No attempt is counted. */
    void giveWay(ExecutionComplete complete, ExecutionOperations<?> operations) {
        Execution execution = complete.getExecution();
        database.relaxed(handle -> {
            Optional<Job> held = held(handle, execution);
            held.ifPresent(job -> giveWay(handle, job, complete, operations));
            if (held.isEmpty() && JobRows.find(handle, idOf(execution)).isEmpty()) {
                operations.remove();
            }
            return true;
        });
    }

    private void giveWay(Handle handle, Job job, ExecutionComplete complete, ExecutionOperations<?> operations) {
        if (job.state().hasEnded()) {
            operations.remove();
            return;
        }
        if (job.cancelRequested()) {
            JobChanges.cancelled(handle, job.id());
            operations.remove();
            wake(handle, job);
            return;
        }
        if (job.state() == JobState.RUNNING) {
            // The database went away between the commit that began the attempt and its answer, so nothing was run.
            JobChanges.giveBack(handle, job.id());
        }
        long turn = JobRows.turn(handle, job.id());
        if (turn == Turns.NONE) {
            var flow = new Turns.Flow(job.request().priority(), job.request().repository(), true);
            turn = Turns.take(handle, flow, 1);
            JobChanges.line(handle, job.id(), turn);
            operations.remove();
            schedule.add(List.of(new JobTurn(job.id(), job.request().priority(), turn)));
            return;
        }
        WaitsFor waitsFor = slots.waitsFor(handle, job);
        Slots.setWaitsFor(handle, job.id(), waitsFor);
        operations.reschedule(complete, waitsFor == WaitsFor.NOTHING ? Schedule.timeOf(turn) : Schedule.ASIDE);
        if (waitsFor == WaitsFor.REFERENCE) {
            // The registry has room, else it would wait for that: somebody else may have it.
            slots.wakeRegistry(handle, job.request().registry());
        }
        LOG.debug("job {} waits for {}", job.id(), waitsFor);
    }

    /** Writes down how an attempt ended. */
    void finish(RunningJob attempt, Ending ending, ExecutionComplete complete, ExecutionOperations<?> operations) {
        database.run(handle -> {
            Optional<Job> held = held(handle, complete.getExecution()).filter(attempt::isStillOf);
            if (held.isEmpty()) {
                LOG.warn(
                        "job {}: this generator was taken for dead and another one has the job; {} is not written down",
                        attempt.job().id(),
                        ending);
                return;
            }
            Job job = held.get();
            attempt.takeProgress().ifPresent(progress -> {
                JobChanges.progress(handle, job.id(), progress);
                LayerRows.write(handle, job.id(), progress.layers());
            });
            write(handle, job, ending, complete, operations);
            wake(handle, job);
        });
    }

    private void write(
            Handle handle, Job job, Ending ending, ExecutionComplete complete, ExecutionOperations<?> operations) {
        UUID id = job.id();
        switch (ending) {
            case Ending.Succeeded(Optional<String> digest) -> {
                JobChanges.succeeded(handle, id, digest);
                operations.remove();
            }
            case Ending.Cancelled() -> {
                JobChanges.cancelled(handle, id);
                operations.remove();
            }
            case Ending.GivenBack() -> {
                JobChanges.giveBack(handle, id);
                operations.reschedule(complete, Schedule.timeOf(JobRows.turn(handle, id)));
            }
            case Ending.Failed(JobFailure failure, boolean again) -> {
                operations.remove();
                if (job.cancelRequested()) {
                    JobChanges.cancelled(handle, id);
                } else if (again && job.attempts().made() < job.attempts().max()) {
                    long pause = config.retries().pauseMillis(job.attempts().made(), ThreadLocalRandom.current());
                    Instant next = Instant.now().plusMillis(pause);
                    JobChanges.pause(handle, id, failure, next);
                    schedule.addPause(id, job.request().priority(), next);
                } else {
                    JobChanges.failed(handle, id, failure);
                }
            }
        }
    }

    /** Takes a job from a generator that died. The attempt counts; if it was the last one, the job is given up. */
    void lost(ExecutionComplete complete, ExecutionOperations<?> operations) {
        Execution execution = complete.getExecution();
        database.run(handle -> held(handle, execution).ifPresent(job -> {
            if (job.state().hasEnded()) {
                operations.remove();
            } else if (job.state() == JobState.RUNNING) {
                lost(handle, job, complete, operations);
            } else {
                long turn = JobRows.turn(handle, job.id());
                operations.reschedule(complete, turn == Turns.NONE ? Instant.now() : Schedule.timeOf(turn));
            }
            wake(handle, job);
        }));
    }

    private void lost(Handle handle, Job job, ExecutionComplete complete, ExecutionOperations<?> operations) {
        String generator = job.generator().orElse("?");
        LOG.warn(
                "job {}: generator {} died in attempt {}",
                job.id(),
                generator,
                job.attempts().made());
        var failure = new JobFailure(
                FailureKind.GENERATOR_LOST,
                "generator %s died, was killed or lost the database in attempt %d"
                        .formatted(generator, job.attempts().made()));
        if (job.cancelRequested()) {
            JobChanges.cancelled(handle, job.id());
            operations.remove();
        } else if (job.attempts().made() >= job.attempts().max()) {
            JobChanges.failed(handle, job.id(), failure);
            operations.remove();
        } else {
            JobChanges.lost(handle, job.id(), failure);
            operations.reschedule(complete, Schedule.timeOf(JobRows.turn(handle, job.id())));
        }
    }

    /** Locks registry and job, and returns the job if this generator still holds its execution. */
    private static Optional<Job> held(Handle handle, Execution execution) {
        UUID id = idOf(execution);
        return JobRows.find(handle, id)
                .flatMap(job -> {
                    Slots.lock(handle, job.request().registry());
                    return JobRows.lock(handle, id);
                })
                .filter(job -> Schedule.isHeld(handle, execution));
    }

    private void wake(Handle handle, Job job) {
        slots.wake(handle, job.request().registry(), job.request().reference());
    }

    static UUID idOf(Execution execution) {
        return UUID.fromString(execution.taskInstance.getId());
    }
}
