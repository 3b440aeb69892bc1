package dev.lamella.service;

import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.Listing;
import dev.lamella.client.PageRequest;
import dev.lamella.client.Scope;
import dev.lamella.client.Submission;
import dev.lamella.client.SubmissionAnswer;
import dev.lamella.jobs.Job;
import dev.lamella.jobs.JobFilter;
import dev.lamella.jobs.JobQueue;
import dev.lamella.oci.Printable;
import dev.lamella.service.Route.Description;
import dev.lamella.service.Route.Parameter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Submitting, seeing, cancelling and repeating jobs. Thread-safe. */
final class JobsApi {

    private static final String KEY = "[\\x21-\\x7e]{1,120}";
    private static final int TEXT_CHARS_MAX = 1000;

    private final JobQueue queue;
    private final Submissions submissions;
    private final Audit audit;
    private final EventStreams streams;
    private final ServiceConfig config;

    JobsApi(JobQueue queue, Submissions submissions, Audit audit, EventStreams streams, ServiceConfig config) {
        this.queue = queue;
        this.submissions = submissions;
        this.audit = audit;
        this.streams = streams;
        this.config = config;
    }

    List<Route> routes() {
        var submit = new Access.Needs(Scope.SUBMIT);
        var read = new Access.Needs(Scope.READ);
        return List.of(
                Route.described(
                        "POST",
                        "/v1/submissions",
                        submit,
                        this::submit,
                        Description.of("Submits images, or the tags of repositories that a pattern matches.")
                                .with(
                                        Parameter.header(
                                                "Idempotency-Key",
                                                "the same submission with the same key is done once; 1 to 120 printable characters"))
                                .takes(Submission.class)
                                .gives(202, SubmissionAnswer.class)),
                Route.described(
                        "GET",
                        "/v1/jobs",
                        read,
                        call -> Answer.of(list(filter(call), call.page())),
                        Description.of("Lists jobs, the newest first.")
                                .with(
                                        Parameter.query("state", "only jobs in this state"),
                                        Parameter.query("q", "only jobs whose reference has this text in it"),
                                        Parameter.query(
                                                "repository", "only jobs of this repository, with its registry"),
                                        Parameter.query("source", "only jobs that came this way"),
                                        Parameter.LIMIT,
                                        Parameter.CURSOR)
                                .lists(JobView.class)),
                Route.described(
                        "GET",
                        "/v1/jobs/{id}",
                        read,
                        call -> Answer.of(find(call.path("id"))),
                        Description.of("Shows a job and how far each of its layers is.")
                                .gives(JobView.class)),
                Route.described(
                        "GET",
                        "/v1/jobs/{id}/events",
                        read,
                        this::events,
                        Description.of(
                                        "Follows a job: server-sent events named job, each with the job; ends with the job.")
                                .gives(JobView.class)),
                Route.described(
                        "POST",
                        "/v1/jobs/{id}/cancel",
                        submit,
                        call -> Answer.of(cancel(call.path("id"), call.who())),
                        Description.of("Ends a job. One that runs may need a second for it.")
                                .gives(JobView.class)),
                Route.described(
                        "POST",
                        "/v1/jobs/{id}/retry",
                        submit,
                        call -> Answer.of(retry(call.path("id"), call.who())),
                        Description.of("Has a job that failed or was cancelled tried again.")
                                .gives(JobView.class)));
    }

    private Answer submit(Call call) throws ProblemException, IOException {
        Optional<String> key = call.header("Idempotency-Key");
        if (key.isPresent() && !key.get().matches(KEY)) {
            throw ProblemException.badRequest("Idempotency-Key: expected 1 to 120 printable characters without spaces");
        }
        Submission submission = Bodies.submission(call.json());
        return new Answer.Json(202, submit(submission, Sources.API, call.who(), key));
    }

    /** Submits images for somebody and notes it. */
    SubmissionAnswer submit(Submission submission, String source, Principal who, Optional<String> key)
            throws ProblemException, IOException {
        SubmissionAnswer answer = submissions.submit(submission, new Submissions.Submitter(source, who.name(), key));
        if (!submission.dryRun()) {
            for (SubmissionAnswer.Item item : answer.items()) {
                audit.note(
                        who.name(),
                        "submit",
                        item.reference(),
                        item.job()
                                .map(job -> Audit.ACCEPTED + ", job " + job)
                                .or(item::refused)
                                .orElse(""));
            }
        }
        return answer;
    }

    private static JobFilter filter(Call call) throws ProblemException {
        Optional<String> state = call.query("state");
        JobFilter filter = filter(
                state.isPresent() ? Set.of(JsonBody.word("state", state.get(), JobState.class)) : Set.of(),
                bounded(call, "q"));
        Optional<String> repository = bounded(call, "repository");
        if (repository.isPresent()) {
            filter = filter.withRepository(repository.get());
        }
        Optional<String> source = bounded(call, "source");
        return source.isPresent() ? filter.withSource(source.get()) : filter;
    }

    static JobFilter filter(Set<JobState> states, Optional<String> text) {
        JobFilter filter =
                JobFilter.ALL.withStates(states.stream().map(Views::of).collect(java.util.stream.Collectors.toSet()));
        return text.isPresent() ? filter.withText(text.get()) : filter;
    }

    private static Optional<String> bounded(Call call, String name) throws ProblemException {
        Optional<String> value = call.query(name);
        if (value.isPresent()
                && (value.get().length() > TEXT_CHARS_MAX || value.get().chars().anyMatch(Character::isISOControl))) {
            throw ProblemException.badRequest(
                    "%s: expected at most %d printable characters".formatted(name, TEXT_CHARS_MAX));
        }
        return name.equals("source") && value.isPresent() && value.get().length() > 200
                ? Optional.of(value.get().substring(0, 200))
                : value;
    }

    Listing<JobView> list(JobFilter filter, PageRequest page) throws ProblemException {
        Optional<UUID> before = Optional.empty();
        if (page.cursor().isPresent()) {
            before = Optional.of(uuid(Cursor.key(page.cursor().get()), "cursor: not one of this list"));
        }
        int limit = Math.min(page.limit(), config.queue().pageMax());
        return Views.of(queue.list(filter, before, limit), platform());
    }

    JobView find(String id) throws ProblemException {
        return Views.of(job(id), platform());
    }

    private Job job(String id) throws ProblemException {
        return queue.get(uuid(id, "there is no job " + Printable.of(id)))
                .orElseThrow(() -> ProblemException.notFound(
                        "there is no job %s, or it was so long ago that it is forgotten".formatted(Printable.of(id))));
    }

    private static UUID uuid(String text, String otherwise) throws ProblemException {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException _) {
            throw otherwise.startsWith("cursor")
                    ? ProblemException.badRequest(otherwise)
                    : ProblemException.notFound(otherwise);
        }
    }

    private String platform() {
        return config.publish().platform().toString();
    }

    private Answer events(Call call) throws ProblemException, IOException {
        Job job = job(call.path("id"));
        streams.follow(call, () -> queue.get(job.id()).map(now -> Views.of(now, platform())));
        return new Answer.Streamed();
    }

    JobView cancel(String id, Principal who) throws ProblemException {
        Job job = job(id);
        switch (queue.cancel(job.id())) {
            case CANCELLED, REQUESTED -> audit.accepted(who.name(), "cancel", id);
            case TOO_LATE ->
                throw new ProblemException(
                        ProblemKind.NOT_ACCEPTABLE_STATE, "job %s has ended: %s".formatted(id, job.state()));
            case UNKNOWN -> throw ProblemException.notFound("there is no job " + id);
        }
        return find(id);
    }

    JobView retry(String id, Principal who) throws ProblemException {
        Job job = job(id);
        Optional<Job> again = queue.retry(job.id());
        if (again.isEmpty()) {
            throw new ProblemException(
                    ProblemKind.NOT_ACCEPTABLE_STATE,
                    "job %s is %s; only jobs that failed or were cancelled are tried again".formatted(id, job.state()));
        }
        audit.accepted(who.name(), "retry", id);
        return Views.of(again.get(), platform());
    }
}
