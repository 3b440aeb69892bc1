package dev.lamella.client;

import java.time.Instant;

/**
 * Who did what.
 *
 * @param time when
 * @param who the name of the token, certificate, local user or webhook
 * @param action as {@code submit}, {@code cancel}, {@code delete-image}
 * @param object to what: a reference, a digest, the id of a job
 * @param outcome {@code accepted}, or why it was not
 */
public record AuditEntry(Instant time, String who, String action, String object, String outcome) {}
