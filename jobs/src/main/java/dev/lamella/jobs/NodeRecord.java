package dev.lamella.jobs;

import java.time.Instant;

/**
 * A node that told the generator of itself.
 *
 * @param name its name, at most 253 characters
 * @param version of its Lamella, at most 100 characters
 * @param lastSeen when it did so last
 * @param images what it shows, a JSON text of at most a million characters that is kept as it is
 */
public record NodeRecord(String name, String version, Instant lastSeen, String images) {}
