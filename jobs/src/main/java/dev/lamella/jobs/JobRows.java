package dev.lamella.jobs;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The rows of the table {@code job}: written, read and turned into {@link Job}s. */
final class JobRows {

    private static final String COLUMNS = "id, action, reference, registry, repository, platform, priority, source,"
            + " submitted_by, idempotency_key, state, turn, attempts, attempts_max, submitted, started, ended,"
            + " next_attempt, generator, manifest_digest, failure_kind, failure, received_bytes, total_bytes,"
            + " cancel_requested";

    /** The beginning of every query for jobs. */
    static final String SELECT = "select " + COLUMNS + " from job ";

    private static final String INSERT =
            "insert into job (" + COLUMNS + ", waits_for) values (:id, :action, :reference,"
                    + " :registry, :repository, :platform, :priority, :source, :submittedBy, :key, 'QUEUED', :turn, 0,"
                    + " :attemptsMax, :submitted, null, null, null, null, null, null, null, 0, 0, false, 'NOTHING')";

    private JobRows() {}

    /** Adds new jobs with their turns. */
    static void insert(Handle handle, Map<Job, Long> turns) {
        PreparedBatch batch = handle.prepareBatch(INSERT);
        turns.forEach((job, turn) -> {
            JobRequest request = job.request();
            batch.bind("id", job.id())
                    .bind("action", request.action())
                    .bind("reference", request.reference())
                    .bind("registry", request.registry())
                    .bind("repository", request.repository())
                    .bind("platform", request.platform())
                    .bind("priority", request.priority().rank())
                    .bind("source", request.origin().source())
                    .bind("submittedBy", request.origin().submittedBy())
                    .bind("key", request.origin().idempotencyKey())
                    .bind("turn", turn)
                    .bind("attemptsMax", job.attempts().max())
                    .bind("submitted", job.times().submitted().toEpochMilli())
                    .add();
        });
        batch.execute();
    }

    /** Returns a job without the progress of its layers. */
    static Optional<Job> find(Handle handle, UUID id) {
        return handle.createQuery(SELECT + "where id = :id")
                .bind("id", id)
                .map((row, context) -> job(row))
                .findOne();
    }

    /** Returns a job that nobody else can change until the transaction ends; the registry's lock comes first ({@link Slots#lock}). */
    static Optional<Job> lock(Handle handle, UUID id) {
        return handle.createQuery(SELECT + "where id = :id for update")
                .bind("id", id)
                .map((row, context) -> job(row))
                .findOne();
    }

    /** Returns the turn of a job. */
    static long turn(Handle handle, UUID id) {
        return handle.createQuery("select turn from job where id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }

    /** Reads {@code id}, {@code priority} and {@code turn}. */
    static JobTurn turn(ResultSet row) throws SQLException {
        return new JobTurn(
                row.getObject("id", UUID.class), JobPriority.ofRank(row.getInt("priority")), row.getLong("turn"));
    }

    /** Reads a row of {@link #SELECT}. */
    static Job job(ResultSet row) throws SQLException {
        return new Job(
                row.getObject("id", UUID.class),
                request(row),
                JobState.valueOf(row.getString("state")),
                new JobAttempts(row.getInt("attempts"), row.getInt("attempts_max")),
                new JobTimes(
                        Instant.ofEpochMilli(row.getLong("submitted")),
                        instant(row, "started"),
                        instant(row, "ended"),
                        instant(row, "next_attempt")),
                text(row, "generator"),
                text(row, "manifest_digest"),
                text(row, "failure_kind").map(kind -> new JobFailure(FailureKind.valueOf(kind), failureText(row))),
                new JobProgress(row.getLong("received_bytes"), row.getLong("total_bytes"), List.of()),
                row.getBoolean("cancel_requested"));
    }

    private static JobRequest request(ResultSet row) throws SQLException {
        return new JobRequest(
                JobAction.valueOf(row.getString("action")),
                row.getString("reference"),
                row.getString("registry"),
                row.getString("repository"),
                text(row, "platform"),
                JobPriority.ofRank(row.getInt("priority")),
                new JobOrigin(row.getString("source"), row.getString("submitted_by"), text(row, "idempotency_key")));
    }

    private static String failureText(ResultSet row) {
        try {
            return text(row, "failure").orElse("");
        } catch (SQLException e) {
            throw new IllegalStateException("the column failure cannot be read", e);
        }
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
