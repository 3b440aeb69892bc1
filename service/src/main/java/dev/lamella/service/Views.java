package dev.lamella.service;

import dev.lamella.client.AuditEntry;
import dev.lamella.client.JobAction;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.LayerProgress;
import dev.lamella.client.LayerState;
import dev.lamella.client.Listing;
import dev.lamella.client.Priority;
import dev.lamella.client.Sample;
import dev.lamella.jobs.Job;
import dev.lamella.jobs.JobFailure;
import dev.lamella.jobs.JobPage;
import dev.lamella.jobs.JobPriority;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the queue's records are in the API. */
final class Views {

    /** Names of what is sampled besides the queue. */
    static final String STORED_BYTES = "stored-bytes";

    static final String SAVED_BYTES = "saved-bytes";
    static final String RECEIVED_BYTES = "received-bytes";

    private Views() {}

    static JobView of(Job job, String defaultPlatform) {
        return new JobView(
                job.id().toString(),
                JobAction.valueOf(job.request().action().name()),
                of(job.state()),
                job.request().reference(),
                job.request().platform().orElse(defaultPlatform),
                of(job.request().priority()),
                job.request().origin().source(),
                job.request().origin().submittedBy(),
                new JobView.Times(
                        job.times().submitted(),
                        job.times().started(),
                        job.times().ended(),
                        job.times().nextAttempt()),
                job.attempts().made(),
                job.attempts().max(),
                job.generator(),
                job.manifestDigest(),
                job.failure().map(JobFailure::message),
                job.progress().layers().stream().map(Views::of).toList());
    }

    static Listing<JobView> of(JobPage page, String defaultPlatform) {
        List<JobView> jobs =
                page.jobs().stream().map(job -> of(job, defaultPlatform)).toList();
        return new Listing<>(jobs, page.next().map(UUID::toString).map(Cursor::of));
    }

    private static LayerProgress of(dev.lamella.jobs.LayerProgress layer) {
        LayerState state = switch (layer.state()) {
            case WAITING, FAILED -> LayerState.WAITING;
            case RUNNING -> LayerState.RUNNING;
            case PUBLISHED -> LayerState.DONE;
            case PRESENT -> LayerState.REUSED;
        };
        return new LayerProgress(
                layer.number(), layer.diffId(), layer.blobDigest(), layer.sizeBytes(), layer.receivedBytes(), state);
    }

    static JobState of(dev.lamella.jobs.JobState state) {
        return JobState.valueOf(state.name());
    }

    static dev.lamella.jobs.JobState of(JobState state) {
        return dev.lamella.jobs.JobState.valueOf(state.name());
    }

    static Map<JobState, Long> of(Map<dev.lamella.jobs.JobState, Long> counts) {
        var views = new EnumMap<JobState, Long>(JobState.class);
        counts.forEach((state, count) -> views.put(of(state), count));
        return views;
    }

    private static Priority of(JobPriority priority) {
        return Priority.valueOf(priority.name());
    }

    static JobPriority of(Priority priority) {
        return JobPriority.valueOf(priority.name());
    }

    static AuditEntry of(dev.lamella.jobs.AuditEntry entry) {
        return new AuditEntry(entry.time(), entry.who(), entry.what(), entry.object(), entry.outcome());
    }

    /** Bytes received are counted up; a sample tells those since the sample before. */
    static Sample of(dev.lamella.jobs.Sample sample, Optional<dev.lamella.jobs.Sample> before) {
        long received = number(sample, RECEIVED_BYTES);
        long earlier = before.map(other -> number(other, RECEIVED_BYTES)).orElse(received);
        return new Sample(
                sample.time(),
                sample.queued(),
                sample.running(),
                sample.succeeded(),
                sample.failed(),
                // Less than before: a generator began anew.
                received < earlier ? received : received - earlier,
                number(sample, STORED_BYTES),
                number(sample, SAVED_BYTES));
    }

    private static long number(dev.lamella.jobs.Sample sample, String name) {
        return sample.numbers().getOrDefault(name, 0L);
    }
}
