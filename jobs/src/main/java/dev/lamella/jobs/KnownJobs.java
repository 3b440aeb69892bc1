package dev.lamella.jobs;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Jobs that may answer a request instead of a new one: those of the database, and those of the same submission. */
final class KnownJobs {

    private final Handle handle;
    private final Joining joining;
    private final Map<JobOrigin, Job> addedByKey = new HashMap<>();
    private final Map<String, Job> addedByReference = new HashMap<>();

    KnownJobs(Handle handle, Joining joining) {
        this.handle = handle;
        this.joining = joining;
    }

    /** Notes a new job of this submission. */
    void add(Job job) {
        addedByReference.put(job.request().reference(), job);
        if (job.request().origin().idempotencyKey().isPresent()) {
            addedByKey.put(keyed(job.request().origin()), job);
        }
    }

    /** Returns the answer to a request, if it needs no new job. */
    Optional<Submission> find(JobRequest request) {
        return repeated(request).or(() -> joined(request));
    }

    private Optional<Submission> repeated(JobRequest request) {
        return request.origin()
                .idempotencyKey()
                .flatMap(key -> Optional.ofNullable(addedByKey.get(keyed(request.origin())))
                        .or(() -> inDatabase(request.origin().submittedBy(), key))
                        .map(job -> {
                            if (!job.request().wantsSameAs(request)) {
                                throw new IdempotencyConflictException(key, job.id());
                            }
                            return new Submission(job, Submission.Kind.REPEATED);
                        }));
    }

    private Optional<Job> inDatabase(String submittedBy, String key) {
        return handle.createQuery(JobRows.SELECT + "where submitted_by = :submittedBy and idempotency_key = :key")
                .bind("submittedBy", submittedBy)
                .bind("key", key)
                .map((row, context) -> JobRows.job(row))
                .findOne();
    }

    /** Only the newest job of the reference will do: after a deletion, say, an older publication does not do what is wanted now. */
    private Optional<Submission> joined(JobRequest request) {
        if (joining == Joining.NEVER) {
            return Optional.empty();
        }
        return Optional.ofNullable(addedByReference.get(request.reference()))
                .or(() -> newestUnfinished(request.reference()))
                .filter(job -> job.state() == JobState.QUEUED
                        && job.attempts().made() == 0
                        && !job.cancelRequested()
                        && job.request().wantsSameAs(request)
                        && job.request().priority().compareTo(request.priority()) >= 0)
                .map(job -> new Submission(job, Submission.Kind.JOINED));
    }

    private Optional<Job> newestUnfinished(String reference) {
        return handle.createQuery(JobRows.SELECT + "where reference = :reference and ended is null"
                        + " order by id desc fetch first 1 rows only")
                .bind("reference", reference)
                .map((row, context) -> JobRows.job(row))
                .findOne();
    }

    private static JobOrigin keyed(JobOrigin origin) {
        return new JobOrigin("any", origin.submittedBy(), origin.idempotencyKey());
    }
}
