package dev.lamella.service;

import dev.lamella.client.Submission;
import dev.lamella.client.SubmissionAnswer;
import dev.lamella.filetree.Digest;
import dev.lamella.jobs.JobAction;
import dev.lamella.jobs.JobOrigin;
import dev.lamella.jobs.JobPriority;
import dev.lamella.jobs.JobQueue;
import dev.lamella.jobs.JobRequest;
import dev.lamella.jobs.Joining;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Printable;
import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import dev.lamella.policy.Decision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns what is submitted into jobs: finds the tags that a pattern matches, asks the policy, and queues the rest. Thread-safe. */
final class Submissions {

    private static final int KEY_DIGITS = 16;

    private final JobQueue queue;
    private final EngineConfig engine;
    private final ServiceConfig config;

    Submissions(JobQueue queue, EngineConfig engine, ServiceConfig config) {
        this.queue = queue;
        this.engine = engine;
        this.config = config;
    }

    /**
     * Who submits.
     *
     * @param source by which way
     * @param submittedBy the name of the token, certificate, user or webhook
     * @param idempotencyKey the same submission with the same key is done once
     */
    record Submitter(String source, String submittedBy, Optional<String> idempotencyKey) {}

    /** Submits images. All become jobs, or none, but for those that the policy refuses. */
    SubmissionAnswer submit(Submission submission, Submitter submitter) throws ProblemException, IOException {
        Optional<String> platform = platform(submission);
        List<Reference> references = submission.tags().isPresent()
                ? matching(submission, submission.tags().get())
                : named(submission);
        var items = new ArrayList<SubmissionAnswer.Item>();
        var requests = new ArrayList<JobRequest>();
        for (Reference reference : references) {
            Optional<String> refusal = refusal(reference, submitter.source());
            items.add(new SubmissionAnswer.Item(reference.toString(), Optional.empty(), refusal));
            if (refusal.isEmpty()) {
                // Of a pattern, the tags may be others the next time: each has a key of its own name, and not of its
                // place.
                String place = submission.tags().isPresent() ? digits(reference) : Integer.toString(items.size());
                requests.add(request(
                        JobAction.PUBLISH,
                        reference,
                        platform,
                        Views.of(submission.priority()),
                        new JobOrigin(
                                submitter.source(),
                                submitter.submittedBy(),
                                submitter.idempotencyKey().map(key -> key + "/" + place))));
            }
        }
        if (submission.dryRun()) {
            return new SubmissionAnswer(items);
        }
        return new SubmissionAnswer(withJobs(items, queue(requests)));
    }

    private List<String> queue(List<JobRequest> requests) {
        return requests.isEmpty()
                ? List.of()
                : queue.submit(requests, Joining.QUEUED).stream()
                        .map(submitted -> submitted.job().id().toString())
                        .toList();
    }

    private static List<SubmissionAnswer.Item> withJobs(List<SubmissionAnswer.Item> items, List<String> jobs) {
        var answered = new ArrayList<SubmissionAnswer.Item>();
        var next = jobs.iterator();
        for (SubmissionAnswer.Item item : items) {
            answered.add(
                    item.refused().isPresent()
                            ? item
                            : new SubmissionAnswer.Item(item.reference(), Optional.of(next.next()), Optional.empty()));
        }
        return answered;
    }

    /** Returns why a reference is not published, if that is known before the registry is asked. */
    Optional<String> refusal(Reference reference, String source) {
        Decision decision = config.policy().publication().decide(Sources.of(source), reference);
        if (decision.isAllowed() && config.policy().signatures().isPresent()) {
            decision = config.policy().signatures().get().policy().preview(reference);
        }
        return decision instanceof Decision.Refused refused
                ? Optional.of(RefusedException.said(refused))
                : Optional.empty();
    }

    static JobRequest request(
            JobAction action, Reference reference, Optional<String> platform, JobPriority priority, JobOrigin origin) {
        return new JobRequest(
                action, reference.toString(), reference.registry(), reference.name(), platform, priority, origin);
    }

    private static Optional<String> platform(Submission submission) throws ProblemException {
        if (submission.platform().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Platform.parse(submission.platform().get()).toString());
        } catch (OciException e) {
            throw ProblemException.badRequest("platform: " + e.getMessage());
        }
    }

    private List<Reference> named(Submission submission) throws ProblemException {
        var references = new ArrayList<Reference>();
        for (String image : submission.images()) {
            references.add(parse(references.size(), image));
        }
        return references;
    }

    private Reference parse(int index, String image) throws ProblemException {
        try {
            return engine.reference(image);
        } catch (OciException e) {
            throw ProblemException.badRequest("images[%d]: %s".formatted(index, e.getMessage()));
        }
    }

    private List<Reference> matching(Submission submission, String pattern) throws ProblemException, IOException {
        TagGlob glob = TagGlob.parse(pattern);
        var references = new ArrayList<Reference>();
        int index = 0;
        for (String image : submission.images()) {
            Reference repository = parse(index, image);
            if (image.indexOf('@') >= 0 || image.indexOf(':') > image.indexOf('/')) {
                throw ProblemException.badRequest(
                        "images[%d]: %s: with \"tags\", a repository without a tag is expected"
                                .formatted(index, Printable.of(image)));
            }
            for (String tag : tags(repository)) {
                if (glob.matches(tag)) {
                    references.add(repository.withTag(tag));
                }
            }
            index++;
        }
        int most = config.queue().requestsMax();
        if (references.size() > most) {
            throw ProblemException.badRequest(
                    "tags: \"%s\" matches %d tags, at most %d are taken at once; make it narrower"
                            .formatted(pattern, references.size(), most));
        }
        return references;
    }

    private List<String> tags(Reference repository) throws ProblemException, IOException {
        try (Registry registry = Registry.open(repository, engine, Optional.empty())) {
            return registry.tags(config.limits().tagsMax());
        } catch (OciException e) {
            String said = String.valueOf(e.getMessage());
            throw switch (e.kind()) {
                case UNAVAILABLE, RATE_LIMITED, TLS ->
                    new ProblemException(ProblemKind.UNAVAILABLE, said, Duration.ofSeconds(30));
                default -> new ProblemException(ProblemKind.REFUSED_BY_REGISTRY, said);
            };
        }
    }

    private static String digits(Reference reference) {
        return Digest.sha256Of(reference.toString().getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, KEY_DIGITS);
    }
}
