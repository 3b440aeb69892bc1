package dev.lamella.jobs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * A list of jobs: newest first, by keyset. Jobs carry the time of submission in their id, so times become bounds of ids, and each filter has an
 * index that ends in the id.
 */
final class JobQuery {

    private final JobFilter filter;
    private final Optional<UUID> before;

    JobQuery(JobFilter filter, Optional<UUID> before) {
        this.filter = filter;
        this.before = before;
    }

    /** Returns a page, asking for one job more to see whether it is the last. */
    JobPage page(Handle handle, int limit) {
        var values = new LinkedHashMap<String, Object>();
        String sql = JobRows.SELECT + where(values) + order() + " fetch first " + (limit + 1) + " rows only";
        Query query = handle.createQuery(sql);
        values.forEach(query::bind);
        if (!filter.states().isEmpty()) {
            query.bindList(
                    "states", filter.states().stream().map(JobState::name).toList());
        }
        List<Job> jobs = query.map((row, context) -> JobRows.job(row)).list();
        if (jobs.size() <= limit) {
            return new JobPage(jobs, Optional.empty());
        }
        List<Job> page = jobs.subList(0, limit);
        return new JobPage(page, Optional.of(page.getLast().id()));
    }

    private String where(Map<String, Object> values) {
        var conditions = new ArrayList<String>();
        filter.repository().ifPresent(name -> add(conditions, values, "repository = :repository", "repository", name));
        filter.source().ifPresent(name -> add(conditions, values, "source = :source", "source", name));
        if (!filter.states().isEmpty()) {
            conditions.add("state in (<states>)");
        }
        filter.text()
                .ifPresent(text ->
                        add(conditions, values, "lower(reference) like :text escape '!'", "text", pattern(text)));
        filter.from().ifPresent(time -> add(conditions, values, "id >= :from", "from", UuidV7.least(time)));
        filter.until().ifPresent(time -> add(conditions, values, "id < :until", "until", UuidV7.least(time)));
        before.ifPresent(id -> add(conditions, values, "id < :before", "before", id));
        return conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions);
    }

    private static void add(
            List<String> conditions, Map<String, Object> values, String condition, String name, Object value) {
        conditions.add(condition);
        values.put(name, value);
    }

    private static String pattern(String text) {
        String literal = text.toLowerCase(Locale.ROOT)
                .replace("!", "!!")
                .replace("%", "!%")
                .replace("_", "!_");
        return "%" + literal + "%";
    }

    /** H2 takes an index for the order only if the order names all its columns; the first one is constant here, so nothing changes. */
    private String order() {
        if (filter.repository().isPresent()) {
            return " order by repository desc, id desc";
        }
        if (filter.source().isPresent()) {
            return " order by source desc, id desc";
        }
        return filter.states().size() == 1 ? " order by state desc, id desc" : " order by id desc";
    }

    static JobCounts counts(Handle handle) {
        var counts = new EnumMap<JobState, Long>(JobState.class);
        handle.createQuery("select state, count(*) as jobs from job group by state")
                .map((row, context) -> Map.entry(JobState.valueOf(row.getString("state")), row.getLong("jobs")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return new JobCounts(counts);
    }

    static Optional<Instant> oldestQueued(Handle handle) {
        return handle.createQuery("select submitted from job where state = 'QUEUED' order by id fetch first 1 row only")
                .mapTo(Long.class)
                .findFirst()
                .map(Instant::ofEpochMilli);
    }

    static long unfinished(Handle handle) {
        return handle.createQuery("select count(*) from job where ended is null")
                .mapTo(Long.class)
                .one();
    }

    static List<FailureCount> failureCounts(Handle handle) {
        return handle.createQuery("select failure_kind, registry, count(*) as jobs from job where state = 'FAILED'"
                        + " group by failure_kind, registry order by jobs desc, registry fetch first 100 rows only")
                .map((row, context) -> new FailureCount(
                        FailureKind.valueOf(row.getString("failure_kind")),
                        row.getString("registry"),
                        row.getLong("jobs")))
                .list();
    }
}
