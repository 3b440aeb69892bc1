package dev.lamella.jobs;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** An attempt that runs in this process: what its runner may tell and ask, and how to end it from outside. Thread-safe. */
final class RunningJob implements JobContext {

    /** Why an attempt is to end. */
    enum Why {
        /** Somebody cancelled the job. */
        CANCELLED,
        /** It takes too long. */
        TIMED_OUT,
        /** The generator stops. */
        STOPPING,
        /** The generator was taken for dead, and the job is another one's. */
        LOST
    }

    private final Job job;
    private final long begunNanos = System.nanoTime();
    private final Thread thread = Thread.currentThread();
    private final AtomicReference<Optional<JobProgress>> unwritten = new AtomicReference<>(Optional.empty());
    private final Set<Why> reasons = new LinkedHashSet<>();
    private boolean inside = true;

    /** Of the current thread. */
    RunningJob(Job job) {
        this.job = job;
    }

    Job job() {
        return job;
    }

    /** Returns whether a job, as it stands now, is still at this attempt. */
    boolean isStillOf(Job now) {
        return now.state() == JobState.RUNNING
                && now.generator().equals(job.generator())
                && now.attempts().equals(job.attempts());
    }

    long nanos() {
        return System.nanoTime() - begunNanos;
    }

    @Override
    public void progress(JobProgress progress) {
        unwritten.set(Optional.of(progress));
    }

    /** Returns the newest progress, unless it was taken before. */
    Optional<JobProgress> takeProgress() {
        return unwritten.getAndSet(Optional.empty());
    }

    @Override
    public synchronized boolean isCancelled() {
        return !reasons.isEmpty();
    }

    /** Interrupts the attempt; the first reason counts. */
    synchronized void interrupt(Why reason) {
        if (inside && reasons.add(reason)) {
            thread.interrupt();
        }
    }

    /** Interrupts an attempt again that was interrupted and goes on: libraries forget interrupts now and then. */
    synchronized void remind() {
        if (inside && !reasons.isEmpty()) {
            thread.interrupt();
        }
    }

    /** The attempt is over: its thread is not interrupted any more, and an interrupt it did not see is taken back. Returns why it was interrupted. */
    synchronized Optional<Why> leave() {
        inside = false;
        Thread.interrupted();
        return reasons.stream().findFirst();
    }
}
