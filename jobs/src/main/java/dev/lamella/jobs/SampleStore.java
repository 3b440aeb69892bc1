package dev.lamella.jobs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** How the queue stood each minute of the last 30 days, for plots. Written by the {@link JobWorker}. */
public final class SampleStore {

    /** How long samples are kept. */
    static final int DAYS = 30;

    private static final int POINTS_MAX = 2000;
    private static final int NUMBERS_MAX = 50;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Long>> NUMBERS = new TypeReference<>() {};

    private final JobDatabase database;

    /** Of a database. */
    public SampleStore(JobDatabase database) {
        this.database = database;
    }

    /**
     * Lists samples, the oldest first.
     *
     * @param from the first minute
     * @param until the first minute that is left out
     * @param points how many at most, up to 2000; if there are more, stretches of equal length become one each
     */
    public List<Sample> list(Instant from, Instant until, int points) {
        if (points < 1 || points > POINTS_MAX || !from.isBefore(until)) {
            throw new IllegalArgumentException(
                    "%d points from %s to %s; from 1 to %d, and forward".formatted(points, from, until, POINTS_MAX));
        }
        long width = Math.max(1, Math.ceilDiv(Duration.between(from, until).toMillis(), (long) points));
        return database.relaxed(handle -> handle.createQuery("select s.at, b.queued, b.running, b.succeeded, b.failed,"
                        + " s.numbers from (select max(at) as last, max(queued) as queued, max(running) as running,"
                        + " sum(succeeded) as succeeded, sum(failed) as failed from sample"
                        + " where at >= :from and at < :until group by (at - :from) / :width) b"
                        + " join sample s on s.at = b.last order by s.at")
                .bind("from", from.toEpochMilli())
                .bind("until", until.toEpochMilli())
                .bind("width", width)
                .map((row, context) -> new Sample(
                        Instant.ofEpochMilli(row.getLong("at")),
                        row.getLong("queued"),
                        row.getLong("running"),
                        row.getLong("succeeded"),
                        row.getLong("failed"),
                        JSON.readValue(row.getString("numbers"), NUMBERS)))
                .list());
    }

    /** Adds how the queue stands now. */
    void add(Instant now, Map<String, Long> numbers) {
        database.run(handle -> {
            long last = handle.createQuery("select max(at) from sample")
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(now.toEpochMilli() - 60_000);
            JobCounts counts = JobQuery.counts(handle);
            handle.createUpdate("insert into sample (at, queued, running, succeeded, failed, numbers)"
                            + " values (:at, :queued, :running, :succeeded, :failed, :numbers)")
                    .bind("at", Math.max(now.toEpochMilli(), last + 1))
                    .bind("queued", counts.of(JobState.QUEUED) + counts.of(JobState.RETRYING))
                    .bind("running", counts.of(JobState.RUNNING))
                    .bind("succeeded", endedSince(handle, last, JobState.SUCCEEDED))
                    .bind("failed", endedSince(handle, last, JobState.FAILED))
                    .bind("numbers", json(numbers))
                    .execute();
        });
    }

    private static long endedSince(Handle handle, long millis, JobState state) {
        return handle.createQuery("select count(*) from job where ended > :since and state = :state")
                .bind("since", millis)
                .bind("state", state)
                .mapTo(Long.class)
                .one();
    }

    private static String json(Map<String, Long> numbers) {
        var kept = new TreeMap<String, Long>();
        numbers.forEach((name, value) -> {
            if (kept.size() < NUMBERS_MAX && name.length() <= 100) {
                kept.put(name, value);
            }
        });
        return JSON.writeValueAsString(kept);
    }
}
