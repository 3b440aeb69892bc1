package dev.lamella.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Who did what to what, and what became of it. Lines are never changed; of more than a million the oldest go. */
public final class AuditLog {

    /** How many lines are kept. */
    static final long LINES_MAX = 1_000_000;

    private static final int PAGE_MAX = 1000;

    private final JobDatabase database;

    /** Of a database. */
    public AuditLog(JobDatabase database) {
        this.database = database;
    }

    /** Adds a line with the time of now; texts that are too long are cut. */
    public void append(String who, String what, String object, String outcome) {
        database.run(handle -> handle.createUpdate("insert into audit (at, who, what, object, outcome)"
                        + " values (:at, :who, :what, :object, :outcome)")
                .bind("at", System.currentTimeMillis())
                .bind("who", Texts.keepable(who, 200))
                .bind("what", Texts.keepable(what, 100))
                .bind("object", Texts.keepable(object, 1024))
                .bind("outcome", Texts.keepable(outcome, 1000))
                .execute());
    }

    /**
     * Lists lines, the newest first.
     *
     * @param before the number of the last line of the page before; empty for the first page
     * @param limit how many, at most 1000
     */
    public List<AuditEntry> list(Optional<Long> before, int limit) {
        if (limit < 1 || limit > PAGE_MAX) {
            throw new IllegalArgumentException("a page of %d lines, from 1 to %d".formatted(limit, PAGE_MAX));
        }
        return database.relaxed(handle -> handle.createQuery("select number, at, who, what, object, outcome from audit"
                        + " where number < :before order by number desc fetch first :limit rows only")
                .bind("before", before.orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map((row, context) -> new AuditEntry(
                        row.getLong("number"),
                        Instant.ofEpochMilli(row.getLong("at")),
                        row.getString("who"),
                        row.getString("what"),
                        row.getString("object"),
                        row.getString("outcome")))
                .list());
    }
}
