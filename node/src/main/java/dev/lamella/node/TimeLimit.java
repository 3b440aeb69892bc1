package dev.lamella.node;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Limits work on files that may lie on a file system that hangs: whoever touches such a file waits for ever. */
public final class TimeLimit {

    private TimeLimit() {}

    /** Looks at files. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    /**
     * Does work in a thread of its own, which is left alone if it does not come back.
     *
     * @param name what the thread is called
     * @throws IOException if the work does
     * @throws TimeoutException if it has not ended in this time
     */
    public static <T> T within(Duration limit, String name, Work<T> work)
            throws IOException, TimeoutException, InterruptedException {
        var task = new FutureTask<T>(work::run);
        Thread.ofPlatform().daemon().name(name).start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException thrown -> throw thrown;
                case RuntimeException thrown -> throw thrown;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
