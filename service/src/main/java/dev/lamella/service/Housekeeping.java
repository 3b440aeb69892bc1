package dev.lamella.service;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done again and again, each by a thread of its own: collecting the garbage of a large store may take hours, in which certificates change
 * and others publish. What fails is logged, and done again when it is due. To be begun and closed by one thread.
 */
final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** What takes long is done less often. */
    private static final int PAUSE_OF_TIME_TAKEN = 20;

    private static final Duration STOP = Duration.ofSeconds(10);

    private final List<Thread> threads = new ArrayList<>();

    /** Something to be done. */
    @FunctionalInterface
    interface Chore {
        void run() throws ProblemException, IOException;
    }

    /** Begins to do something: now, and each time after at least this pause. */
    void often(String name, Duration pause, Chore chore) {
        start(name, Duration.ZERO, chore, took -> {
            Duration longer = took.multipliedBy(PAUSE_OF_TIME_TAKEN);
            return longer.compareTo(pause) > 0 ? longer : pause;
        });
    }

    /** Begins to do something each time after this pause, and not now. */
    void every(String name, Duration pause, Chore chore) {
        start(name, pause, chore, _ -> pause);
    }

    private void start(String name, Duration first, Chore chore, UnaryOperator<Duration> pauseAfter) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> {
            try {
                Thread.sleep(first);
                while (true) {
                    long begin = System.nanoTime();
                    run(name, chore);
                    Thread.sleep(pauseAfter.apply(Duration.ofNanos(System.nanoTime() - begin)));
                }
            } catch (InterruptedException _) {
                LOG.debug("{} ends", name);
            }
        }));
    }

    private static void run(String name, Chore chore) {
        try {
            chore.run();
        } catch (ProblemException | IOException | RuntimeException e) {
            LOG.warn("{} has failed: {}", name, e.getMessage());
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + STOP.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(deadline - System.nanoTime()))) {
                    LOG.warn("{} does not end; it is left behind", thread.getName());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
