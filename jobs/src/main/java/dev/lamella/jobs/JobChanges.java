package dev.lamella.jobs;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The steps a job takes from state to state. Each for a job that the transaction has locked. */
final class JobChanges {

    private JobChanges() {}

    /** An attempt begins, and counts from now. */
    static void begin(Handle handle, UUID id, String generator) {
        update(
                        handle,
                        id,
                        "state = 'RUNNING', attempts = attempts + 1, started = :now, next_attempt = null,"
                                + " generator = :generator, waits_for = 'NOTHING', received_bytes = 0, total_bytes = 0")
                .bind("now", now())
                .bind("generator", generator)
                .execute();
    }

    static void succeeded(Handle handle, UUID id, Optional<String> manifestDigest) {
        update(
                        handle,
                        id,
                        "state = 'SUCCEEDED', ended = :now, manifest_digest = :digest, failure_kind = null,"
                                + " failure = null, cancel_requested = false")
                .bind("now", now())
                .bind("digest", manifestDigest)
                .execute();
    }

    static void failed(Handle handle, UUID id, JobFailure failure) {
        update(handle, id, "state = 'FAILED', ended = :now, failure_kind = :kind, failure = :message")
                .bind("now", now())
                .bind("kind", failure.kind())
                .bind("message", failure.message())
                .execute();
    }

    static void cancelled(Handle handle, UUID id) {
        update(
                        handle,
                        id,
                        "state = 'CANCELLED', ended = :now, next_attempt = null, waits_for = 'NOTHING',"
                                + " cancel_requested = false")
                .bind("now", now())
                .execute();
    }

    /** An attempt failed; the next one begins after a pause. */
    static void pause(Handle handle, UUID id, JobFailure failure, Instant nextAttempt) {
        update(
                        handle,
                        id,
                        "state = 'RETRYING', turn = -1, next_attempt = :next, failure_kind = :kind, failure = :message")
                .bind("next", nextAttempt.toEpochMilli())
                .bind("kind", failure.kind())
                .bind("message", failure.message())
                .execute();
    }

    /** A pause is over, or the generator was lost: the job waits for a turn. */
    static void line(Handle handle, UUID id, long turn) {
        update(handle, id, "turn = :turn").bind("turn", turn).execute();
    }

    /** The generator of an attempt was lost; the job keeps its turn. */
    static void lost(Handle handle, UUID id, JobFailure failure) {
        update(handle, id, "state = 'RETRYING', next_attempt = :now, failure_kind = :kind, failure = :message")
                .bind("now", now())
                .bind("kind", failure.kind())
                .bind("message", failure.message())
                .execute();
    }

    /** The generator stops in good order: the attempt did not count, and the job keeps its turn. */
    static void giveBack(Handle handle, UUID id) {
        update(
                        handle,
                        id,
                        "state = case when attempts = 1 then 'QUEUED' else 'RETRYING' end, attempts = attempts - 1,"
                                + " started = null")
                .execute();
    }

    /** Somebody wants another try of a job that has ended. */
    static void again(Handle handle, UUID id, long turn, int attemptsMax) {
        update(
                        handle,
                        id,
                        "state = 'QUEUED', turn = :turn, attempts_max = :max, ended = null, next_attempt = null,"
                                + " failure_kind = null, failure = null, waits_for = 'NOTHING', cancel_requested = false")
                .bind("turn", turn)
                .bind("max", attemptsMax)
                .execute();
    }

    /** How far a running job is, layers left out. */
    static void progress(Handle handle, UUID id, JobProgress progress) {
        update(handle, id, "received_bytes = :received, total_bytes = :total")
                .bind("received", progress.receivedBytes())
                .bind("total", progress.totalBytes())
                .execute();
    }

    private static Update update(Handle handle, UUID id, String assignments) {
        return handle.createUpdate("update job set " + assignments + " where id = :id")
                .bind("id", id);
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
