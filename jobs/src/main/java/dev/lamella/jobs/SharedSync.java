package dev.lamella.jobs;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes down what was committed, once for all who wait for it: a sync takes milliseconds however much it writes, so those who come while one is
 * under way share the next. Thread-safe.
 */
final class SharedSync {

    private final Runnable sync;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    /** Guarded by {@link #lock}, as are the others. How many have begun. */
    private long begun;
    /** The last that began and succeeded; so whatever was there when it began is written down. */
    private long done;

    private boolean running;

    /** Makes one of what writes down; at most one thread is in it at a time. */
    SharedSync(Runnable sync) {
        this.sync = sync;
    }

    /**
     * Returns when a sync that began after this call has ended. Goes on when interrupted: what is waited for has happened, and is only to be kept.
     *
     * @throws RuntimeException what the sync throws, to the one who ran it; others who waited for it run the next
     */
    void await() {
        lock.lock();
        try {
            long wanted = begun + 1;
            while (done < wanted) {
                if (running) {
                    ended.awaitUninterruptibly();
                } else {
                    run();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the lock meanwhile. */
    private void run() {
        long mine = ++begun;
        running = true;
        boolean succeeded = false;
        lock.unlock();
        try {
            sync.run();
            succeeded = true;
        } finally {
            lock.lock();
            running = false;
            if (succeeded) {
                done = mine;
            }
            ended.signalAll();
        }
    }
}
