package dev.lamella.jobs;

import java.time.Instant;

/**
 * One line of the audit log.
 *
 * @param number its number, ascending
 * @param time when
 * @param who who caused it: the name of a token, a user, a webhook; at most 200 characters
 * @param what what was done: {@code submit}, {@code cancel}, {@code delete}; at most 100 characters
 * @param object to what: a reference, the id of a job; at most 1024 characters
 * @param outcome what became of it; at most 1000 characters
 */
public record AuditEntry(long number, Instant time, String who, String what, String object, String outcome) {}
