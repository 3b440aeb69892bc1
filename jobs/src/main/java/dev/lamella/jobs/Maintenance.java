package dev.lamella.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done again and again, by one of the generators that share a database: a sample each minute, retention every ten, and a look at what a
 * crash may have left every five. On a db-scheduler of its own, so that it goes on while all threads run jobs.
 */
final class Maintenance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    private final WorkerConfig config;
    private final SampleStore samples;
    private final Purge purge;
    private final Reconciler reconciler;
    private final Scheduler scheduler;

    Maintenance(JobQueue queue, WorkerConfig config) {
        this.config = config;
        this.samples = new SampleStore(queue.database());
        this.purge = new Purge(queue.database(), config.retention());
        this.reconciler = new Reconciler(queue, config.registries());
        this.scheduler = Scheduler.create(queue.database().connections())
                .startTasks(
                        recurring("sample", 60, this::sample),
                        recurring("purge", 600, purge::run),
                        recurring("reconcile", 300, reconciler::run))
                .tableName("maintenance_schedule")
                .jdbcCustomization(Schedule.dialect(queue.database()))
                .schedulerName(new SchedulerName.Fixed(config.generator()))
                .threads(1)
                .pollUsingLockAndFetch(0.5, 1.0)
                .pollingInterval(Duration.ofSeconds(5))
                .heartbeatInterval(Duration.ofSeconds(30))
                .missedHeartbeatsLimit(WorkerLimits.MISSED_HEARTBEATS)
                .shutdownMaxWait(Duration.ofSeconds(1))
                .build();
    }

    private static RecurringTask<Void> recurring(String name, int seconds, Runnable work) {
        return Tasks.recurring(name, FixedDelay.ofSeconds(seconds)).execute((instance, context) -> {
            try {
                work.run();
            } catch (QueueUnavailableException e) {
                LOG.warn("{} is done later: {}", name, e.getMessage());
            }
        });
    }

    void start() {
        scheduler.start();
    }

    private void sample() {
        samples.add(Instant.now(), numbers());
    }

    private Map<String, Long> numbers() {
        try {
            return config.numbers().get();
        } catch (RuntimeException e) {
            LOG.warn("the numbers to sample could not be had", e);
            return Map.of();
        }
    }

    @Override
    public void close() {
        scheduler.stop();
    }
}
