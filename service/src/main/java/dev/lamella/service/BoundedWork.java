package dev.lamella.service;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Does so much at a time, and lets so much wait. On threads of the operating system, which shares processors among them fairly: a virtual thread
 * has its next turn after all others that can go on, and in a flood of requests these are many. Threads end when there is nothing to do.
 * Thread-safe.
 */
final class BoundedWork {

    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;
    private final long patienceNanos;

    BoundedWork(String name, ServiceLimits.AtOnce limits) {
        this.threads = new ThreadPoolExecutor(
                limits.requests(),
                limits.requests(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.waiting()),
                Thread.ofPlatform().name(name + "-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
        this.patienceNanos = limits.patience().toNanos();
    }

    /**
     * Does something and returns when it is done, or does nothing.
     *
     * @return whether it was done; false if it would have had to wait for longer than it may, and then it will not be done either
     * @throws RuntimeException what it throws
     */
    boolean run(Runnable work) {
        var claimed = new AtomicBoolean();
        CompletableFuture<Void> done;
        try {
            done = CompletableFuture.runAsync(
                    () -> {
                        if (claimed.compareAndSet(false, true)) {
                            work.run();
                        }
                    },
                    threads);
        } catch (RejectedExecutionException e) {
            return false;
        }
        if (!endsSoon(done) && claimed.compareAndSet(false, true)) {
            return false;
        }
        try {
            done.join();
            return true;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private boolean endsSoon(CompletableFuture<Void> done) {
        try {
            done.get(patienceNanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
