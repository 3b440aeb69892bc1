package dev.lamella.jobs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The executions that this process has picked, and the attempts that run. Thread-safe. */
final class RunningJobs {

    private final Set<UUID> picked = new HashSet<>();
    private final Map<UUID, RunningJob> jobs = new HashMap<>();
    private boolean beginNoMore;

    /** Notes that an execution was picked. */
    synchronized void pick(UUID id) {
        picked.add(id);
    }

    /** Notes that what became of an execution is written down, or could not be. */
    synchronized void release(UUID id) {
        picked.remove(id);
        jobs.remove(id);
        notifyAll();
    }

    /** Returns whether this process has an execution in its hands, which therefore cannot be dead. */
    synchronized boolean isPicked(UUID id) {
        return picked.contains(id);
    }

    /** Adds an attempt, unless the generator stops. */
    synchronized boolean add(RunningJob job) {
        if (!beginNoMore) {
            jobs.put(job.job().id(), job);
        }
        return !beginNoMore;
    }

    synchronized List<RunningJob> list() {
        return List.copyOf(jobs.values());
    }

    synchronized int size() {
        return jobs.size();
    }

    synchronized boolean mayBegin() {
        return !beginNoMore;
    }

    synchronized void beginNoMore() {
        beginNoMore = true;
    }

    void interruptAll(RunningJob.Why why) {
        list().forEach(job -> job.interrupt(why));
    }

    /** Waits until nothing runs; returns whether that is so. */
    synchronized boolean awaitEmpty(long nanos) {
        long end = System.nanoTime() + nanos;
        try {
            while (!jobs.isEmpty() && end - System.nanoTime() > 0) {
                wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return jobs.isEmpty();
    }
}
