/**
 * The durable queue of what is to be published or deleted, and the small tables the service keeps beside it.
 *
 * <p>A {@link dev.lamella.jobs.JobDatabase} is H2 in a directory, or PostgreSQL when several generators share the work. On it,
 * {@link dev.lamella.jobs.JobQueue} takes, shows, cancels and repeats jobs, {@link dev.lamella.jobs.JobWorker} runs them with the service's
 * {@link dev.lamella.jobs.JobRunner}; {@link dev.lamella.jobs.AuditLog}, {@link dev.lamella.jobs.NodeRegistry},
 * {@link dev.lamella.jobs.TokenStore} and {@link dev.lamella.jobs.SampleStore} are plain tables.
 *
 * <p>Picking, leases, heartbeats and the discovery of generators that died are db-scheduler's. Ours is what a job is, and when it is its turn
 * (docs/jobs.md). A job runs at least once: what it does must bear being done again.
 *
 * <p>Every method that needs the database throws {@link dev.lamella.jobs.QueueUnavailableException} after a bounded wait if it cannot be
 * reached. Values are immutable; everything else here may be shared by threads.
 */
@NullMarked
package dev.lamella.jobs;

import org.jspecify.annotations.NullMarked;
