package dev.lamella.jobs;

import java.time.Instant;
import java.util.Optional;

/**
 * When what happened to a job, to the millisecond.
 *
 * @param submitted when it was taken
 * @param started when its last attempt began
 * @param ended when it succeeded, was given up or cancelled
 * @param nextAttempt when the pause after a failed attempt is over
 */
public record JobTimes(
        Instant submitted, Optional<Instant> started, Optional<Instant> ended, Optional<Instant> nextAttempt) {}
