package dev.lamella.jobs;

import java.util.Map;
import java.util.function.Supplier;

/**
 * How a worker works.
 *
 * @param generator the name of this generator, told apart from all others that share the database; at most 50 characters
 * @param threads how many jobs run at once
 * @param registries how many jobs of one registry run at once
 * @param retries pauses after failed attempts
 * @param retention how long ended jobs are kept
 * @param limits bounds of times
 * @param numbers what else is sampled once a minute for plots, such as the bytes of the store; names of at most 100 characters, at most 50 of
 *     them. May block for some seconds, may throw.
 */
public record WorkerConfig(
        String generator,
        int threads,
        RegistryLimits registries,
        RetryPolicy retries,
        Retention retention,
        WorkerLimits limits,
        Supplier<Map<String, Long>> numbers) {

    /** Checks name and threads. */
    public WorkerConfig {
        Texts.check("generator", generator, 50);
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("%d threads, from 1 to 256 are allowed".formatted(threads));
        }
    }

    /** Returns a configuration with defaults and no further numbers. */
    public static WorkerConfig of(String generator, int threads) {
        return new WorkerConfig(
                generator,
                threads,
                RegistryLimits.DEFAULT,
                RetryPolicy.DEFAULT,
                Retention.DEFAULT,
                WorkerLimits.DEFAULT,
                Map::of);
    }

    /** Returns it with other limits of registries. */
    public WorkerConfig withRegistries(RegistryLimits other) {
        return new WorkerConfig(generator, threads, other, retries, retention, limits, numbers);
    }

    /** Returns it with other pauses. */
    public WorkerConfig withRetries(RetryPolicy other) {
        return new WorkerConfig(generator, threads, registries, other, retention, limits, numbers);
    }

    /** Returns it with another retention. */
    public WorkerConfig withRetention(Retention other) {
        return new WorkerConfig(generator, threads, registries, retries, other, limits, numbers);
    }

    /** Returns it with other times. */
    public WorkerConfig withLimits(WorkerLimits other) {
        return new WorkerConfig(generator, threads, registries, retries, retention, other, numbers);
    }

    /** Returns it with numbers to sample. */
    public WorkerConfig withNumbers(Supplier<Map<String, Long>> other) {
        return new WorkerConfig(generator, threads, registries, retries, retention, limits, other);
    }
}
