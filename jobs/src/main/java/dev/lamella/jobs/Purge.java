package dev.lamella.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what is too old or too much. In small steps, so that nothing else has to wait. */
final class Purge {

    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);
    private static final int STEP = 500;
    private static final int STEPS_MAX = 200;

    private final JobDatabase database;
    private final Retention retention;

    Purge(JobDatabase database, Retention retention) {
        this.database = database;
        this.retention = retention;
    }

    void run() {
        long limit = Math.max(millisAgo(retention.days()), tooMany().orElse(Long.MIN_VALUE));
        long removed = 0;
        for (int step = 0; step < STEPS_MAX; step++) {
            int jobs = database.relaxed(handle -> removeJobs(handle, limit));
            removed += jobs;
            if (jobs < STEP) {
                break;
            }
        }
        if (removed > 0) {
            LOG.info("removed {} jobs that ended before {}", removed, Instant.ofEpochMilli(limit));
        }
        database.relaxed(handle -> {
            Turns.forgetIdle(handle);
            handle.execute("delete from sample where at < ?", millisAgo(SampleStore.DAYS));
            handle.execute("delete from node where last_seen < ?", millisAgo(NodeRegistry.DAYS));
            handle.execute("delete from audit where number <= (select max(number) from audit) - ?", AuditLog.LINES_MAX);
            return true;
        });
    }

    /** Returns when the first of the jobs ended that are too many. */
    private Optional<Long> tooMany() {
        return database.relaxed(handle -> handle.createQuery("select ended from job where ended is not null"
                        + " order by ended desc offset :kept rows fetch first 1 rows only")
                .bind("kept", retention.jobs())
                .mapTo(Long.class)
                .findOne());
    }

    private static int removeJobs(Handle handle, long limit) {
        List<UUID> ids = handle.createQuery(
                        "select id from job where ended <= :limit order by ended fetch first :step rows only")
                .bind("limit", limit)
                .bind("step", STEP)
                .mapTo(UUID.class)
                .list();
        if (!ids.isEmpty()) {
            handle.createUpdate("delete from job where id in (<ids>) and ended is not null")
                    .bindList("ids", ids)
                    .execute();
        }
        return ids.size();
    }

    private static long millisAgo(int days) {
        return Instant.now().minus(Duration.ofDays(days)).toEpochMilli();
    }
}
