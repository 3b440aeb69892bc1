package dev.lamella.jobs;

import java.time.Duration;

/**
 * Bounds of a worker's times. A generator that died is noticed after four missed heartbeats, and its jobs move within two more.
 *
 * @param pollMillis how often to look for jobs that other generators were given; those of this process start at once
 * @param heartbeatMillis how often to say that a running job's generator is alive
 * @param runMillisMax how long one attempt may take
 * @param stopMillis how long {@link JobWorker#close()} waits for running jobs before it interrupts them, and then again
 * @param resultMillis how long to go on trying to write down how an attempt ended while the database is away
 */
public record WorkerLimits(
        long pollMillis, long heartbeatMillis, long runMillisMax, long stopMillis, long resultMillis) {

    /** What is fixed by db-scheduler as the least. */
    static final int MISSED_HEARTBEATS = 4;

    /** Half a second, 5 seconds (so dead after 20), 6 hours, 20 seconds, 10 minutes. */
    public static final WorkerLimits DEFAULT = new WorkerLimits(500, 5_000, 21_600_000, 20_000, 600_000);

    /** Checks the numbers. */
    public WorkerLimits {
        if (pollMillis < 10 || heartbeatMillis < 50 || runMillisMax < 1 || stopMillis < 0 || resultMillis < 0) {
            throw new IllegalArgumentException("polls from 10 ms, heartbeats from 50 ms, other times not negative");
        }
    }

    /** Returns after how long without a heartbeat a generator is taken for dead. */
    Duration deadAfter() {
        return Duration.ofMillis(heartbeatMillis).multipliedBy(MISSED_HEARTBEATS);
    }
}
