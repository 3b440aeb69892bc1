package dev.lamella.client;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Closes something that is waited on when nothing was heard of it for a while, which ends the waiting. */
final class Watchdog implements AutoCloseable {

    private final Closeable watched;
    private final long waitNanos;
    private final Thread thread;
    private volatile long heardNanos = System.nanoTime();
    private volatile boolean ended;
    private volatile boolean late;

    Watchdog(Closeable watched, Duration wait) {
        this.watched = watched;
        this.waitNanos = wait.toNanos();
        this.thread = Thread.ofVirtual().name("watchdog").start(this::watch);
    }

    /** Says that something was heard: the time begins anew. */
    void heard() {
        heardNanos = System.nanoTime();
    }

    /** Returns whether the time was over. */
    boolean isLate() {
        return late;
    }

    void requireInTime(String what) throws IOException {
        if (late) {
            throw new IOException(what + ": no answer in time");
        }
    }

    private void watch() {
        while (!ended) {
            long leftNanos = heardNanos + waitNanos - System.nanoTime();
            if (leftNanos <= 0) {
                late = true;
                try {
                    watched.close();
                } catch (IOException _) {
                    // What cannot be closed is not waited on either.
                }
                return;
            }
            LockSupport.parkNanos(leftNanos);
        }
    }

    /** Stops watching; what is watched stays open. */
    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
    }
}
