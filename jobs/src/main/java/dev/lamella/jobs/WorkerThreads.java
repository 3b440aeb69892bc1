package dev.lamella.jobs;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run jobs. Whenever one gets free it says so: db-scheduler by itself would look for more only if it knew of more when it
 * looked last, and otherwise wait for its next poll.
 */
final class WorkerThreads extends ThreadPoolExecutor {

    private volatile Runnable whenFree = () -> {};

    WorkerThreads(int threads) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), names());
    }

    private static ThreadFactory names() {
        return Thread.ofPlatform().name("job-", 1).factory();
    }

    void whenFree(Runnable tell) {
        whenFree = tell;
    }

    @Override
    protected void afterExecute(Runnable done, @Nullable Throwable thrown) {
        super.afterExecute(done, thrown);
        whenFree.run();
    }
}
