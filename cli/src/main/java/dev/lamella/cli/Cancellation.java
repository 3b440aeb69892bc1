package dev.lamella.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Lets Ctrl-C and SIGTERM end the command cleanly: the working thread is interrupted, which makes it drop its drafts and mounts half
 * made, and the process waits a few seconds for that. It exits with 130 or 143, as the system does it.
 */
final class Cancellation {

    private static final long WAIT_SECONDS_MAX = 10;

    private Cancellation() {}

    /** Runs work in this thread and returns its exit code. */
    static int run(IntSupplier work) {
        Thread worker = Thread.currentThread();
        var done = new CountDownLatch(1);
        var hook = new Thread(() -> interrupt(worker, done), "cancellation");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.getAsInt();
        } finally {
            done.countDown();
        }
    }

    private static void interrupt(Thread worker, CountDownLatch done) {
        if (done.getCount() == 0) {
            return;
        }
        worker.interrupt();
        try {
            boolean _ = done.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
