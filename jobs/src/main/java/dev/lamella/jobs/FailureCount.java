package dev.lamella.jobs;

/**
 * How many dead letters have one reason.
 *
 * @param kind the kind of the failure
 * @param registry whose images they are
 * @param jobs how many
 */
public record FailureCount(FailureKind kind, String registry, long jobs) {}
