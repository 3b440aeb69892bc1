package dev.lamella.client;

import java.time.Instant;

/**
 * A node that was seen.
 *
 * @param name its host name, as it says
 * @param version of its lamella
 * @param lastSeen when it last spoke
 * @param images how many images it shows
 */
public record NodeView(String name, String version, Instant lastSeen, int images) {}
