package dev.lamella.jobs;

import java.util.Map;

/**
 * How many jobs of one registry run at once, in all generators that share the database together.
 *
 * @param running for registries that are not named
 * @param byRegistry for those that are
 */
public record RegistryLimits(int running, Map<String, Integer> byRegistry) {

    /** Eight. */
    public static final RegistryLimits DEFAULT = new RegistryLimits(8, Map.of());

    /** Checks the numbers. */
    public RegistryLimits {
        byRegistry = Map.copyOf(byRegistry);
        if (running < 1 || byRegistry.values().stream().anyMatch(limit -> limit < 1)) {
            throw new IllegalArgumentException("a registry's limit must be at least 1");
        }
    }

    /** Returns the limit of a registry. */
    public int of(String registry) {
        return byRegistry.getOrDefault(registry, running);
    }
}
