package dev.lamella.jobs;

import java.util.UUID;

/**
 * A job's place in the line.
 *
 * @param id the job
 * @param priority its priority
 * @param turn its turn among those of the same priority
 */
record JobTurn(UUID id, JobPriority priority, long turn) {}
