package dev.lamella.jobs;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Which jobs may not run although it is their turn: those whose registry is busy enough, and those of a reference another job is at. They are
 * put aside, which costs each of them one look, and brought back when something ends. All under the lock of the registry's row, so that the
 * limit holds for all generators together and nobody is put aside just after the last one has ended.
 */
final class Slots {

    private final Schedule schedule;
    private final RegistryLimits limits;

    Slots(Schedule schedule, RegistryLimits limits) {
        this.schedule = schedule;
        this.limits = limits;
    }

    /** Waits for the registry's lock. To be taken before any other lock. */
    static void lock(Handle handle, String registry) {
        handle.createQuery("select name from registry where name = :registry for update")
                .bind("registry", registry)
                .mapTo(String.class)
                .findOne();
    }

    /** Returns what a job has to wait for. */
    WaitsFor waitsFor(Handle handle, Job job) {
        if (isReferenceBusy(handle, job)) {
            return WaitsFor.REFERENCE;
        }
        return free(handle, job.request().registry()) > 0 ? WaitsFor.NOTHING : WaitsFor.REGISTRY;
    }

    /**
     * Two jobs of a reference never run at once, and a publication and a deletion keep their order: the last wish decides what is there in the
     * end. Of two publications the later may come first when the earlier one pauses; both ask the registry what the reference means.
     */
    private static boolean isReferenceBusy(Handle handle, Job job) {
        return handle.createQuery(
                                "select count(*) from job where reference = :reference and ended is null and id <> :id"
                                        + " and (state = 'RUNNING' or (id < :id and action <> :action))")
                        .bind("reference", job.request().reference())
                        .bind("id", job.id())
                        .bind("action", job.request().action())
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    private int free(Handle handle, String registry) {
        int running = handle.createQuery("select count(*) from job where registry = :registry and state = 'RUNNING'")
                .bind("registry", registry)
                .mapTo(Integer.class)
                .one();
        return limits.of(registry) - running;
    }

    /** Brings back what may run now that a job of a registry and reference has ended, pauses or waits itself. */
    void wake(Handle handle, String registry, String reference) {
        wakeReference(handle, reference);
        wakeRegistry(handle, registry);
    }

    /** Brings back the first job that waits for others of its reference. */
    void wakeReference(Handle handle, String reference) {
        bringBack(
                handle,
                handle.createQuery("select id, priority, turn from job where reference = :reference and ended is null"
                                + " and waits_for = 'REFERENCE' order by id fetch first 1 rows only")
                        .bind("reference", reference)
                        .map((row, context) -> JobRows.turn(row))
                        .list());
    }

    /** Brings back as many jobs that wait for their registry as may run. */
    void wakeRegistry(Handle handle, String registry) {
        int free = free(handle, registry);
        if (free <= 0) {
            return;
        }
        // The first two columns of the order are constant; H2 takes the index only if they are named.
        bringBack(
                handle,
                handle.createQuery("select id, priority, turn from job where registry = :registry"
                                + " and waits_for = 'REGISTRY'"
                                + " order by registry, waits_for, priority desc, turn fetch first :free rows only")
                        .bind("registry", registry)
                        .bind("free", free)
                        .map((row, context) -> JobRows.turn(row))
                        .list());
    }

    private void bringBack(Handle handle, List<JobTurn> turns) {
        for (JobTurn turn : turns) {
            setWaitsFor(handle, turn.id(), WaitsFor.NOTHING);
            schedule.bringBack(turn.id(), turn.turn());
        }
    }

    /** Notes what a job waits for. */
    static void setWaitsFor(Handle handle, UUID id, WaitsFor waitsFor) {
        handle.createUpdate("update job set waits_for = :waits where id = :id")
                .bind("waits", waitsFor)
                .bind("id", id)
                .execute();
    }
}
