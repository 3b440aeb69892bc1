package dev.lamella.jobs;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes jobs and executions agree again, should they ever not: after a hand in the database, a restored half of it, an error of ours. Nothing
 * that the queue itself does leaves them apart, since it changes both in one transaction.
 */
final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int STEP = 1000;

    private final JobDatabase database;
    private final Schedule schedule;
    private final Slots slots;

    Reconciler(JobQueue queue, RegistryLimits registries) {
        this.database = queue.database();
        this.schedule = queue.schedule();
        this.slots = new Slots(schedule, registries);
    }

    void run() {
        for (UUID id : database.relaxed(Reconciler::withoutExecution)) {
            database.run(handle -> schedule(handle, id));
        }
        for (UUID id : database.relaxed(Reconciler::withoutJob)) {
            LOG.warn("job {} has ended or is gone, and is still scheduled; removed from the schedule", id);
            database.run(handle -> schedule.remove(id));
        }
        for (String registry : database.relaxed(handle -> handle.createQuery("select name from registry")
                .mapTo(String.class)
                .list())) {
            database.relaxed(handle -> wake(handle, registry));
        }
    }

    private static List<UUID> withoutExecution(Handle handle) {
        return handle.createQuery("select id from job where ended is null and not exists (select 1 from job_schedule"
                        + " where task_name = 'job' and task_instance = cast(job.id as varchar(36)))"
                        + " fetch first :step rows only")
                .bind("step", STEP)
                .mapTo(UUID.class)
                .list();
    }

    private static List<UUID> withoutJob(Handle handle) {
        return handle.createQuery("select cast(task_instance as uuid) as id from job_schedule where picked = false"
                        + " and not exists (select 1 from job where job.id = cast(task_instance as uuid)"
                        + " and ended is null) fetch first :step rows only")
                .bind("step", STEP)
                .mapTo(UUID.class)
                .list();
    }

    private void schedule(Handle handle, UUID id) {
        Job job = JobRows.lock(handle, id).orElse(null);
        if (job == null || !withoutExecution(handle).contains(id)) {
            return;
        }
        LOG.warn("job {} is {} and was not scheduled; scheduled again", id, job.state());
        if (job.state() == JobState.RUNNING) {
            JobChanges.lost(handle, id, new JobFailure(FailureKind.GENERATOR_LOST, "nobody was running it any more"));
        }
        Slots.setWaitsFor(handle, id, WaitsFor.NOTHING);
        long turn = JobRows.turn(handle, id);
        if (turn == Turns.NONE) {
            Instant next = job.times().nextAttempt().orElseGet(Instant::now);
            schedule.addPause(id, job.request().priority(), next);
        } else {
            schedule.add(List.of(new JobTurn(id, job.request().priority(), turn)));
        }
    }

    private boolean wake(Handle handle, String registry) {
        Slots.lock(handle, registry);
        slots.wakeRegistry(handle, registry);
        handle.createQuery("select distinct reference from job where registry = :registry"
                        + " and waits_for = 'REFERENCE' fetch first :step rows only")
                .bind("registry", registry)
                .bind("step", STEP)
                .mapTo(String.class)
                .list()
                .forEach(reference -> slots.wakeReference(handle, reference));
        return true;
    }
}
