package dev.lamella.cli;

import dev.lamella.client.GeneratorClient;
import dev.lamella.client.JobFilter;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.LayerProgress;
import dev.lamella.client.Listing;
import dev.lamella.client.PageRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lamella jobs}: the newest jobs of the generator, or one of them, which can be followed, cancelled and tried again. */
@Command(name = "jobs", description = "Show the generator's jobs; follow, cancel or retry one.")
final class JobsCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "JOB", description = "One job, by its id.")
    private Optional<String> id = Optional.empty();

    @Option(names = "--follow", description = "Wait for the job's end, and show how far it is.")
    private boolean follow;

    @Option(names = "--cancel", description = "Have the job end.")
    private boolean cancel;

    @Option(names = "--retry", description = "Have a job that failed or was cancelled tried again.")
    private boolean retry;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only jobs that are queued, running, retrying, succeeded, failed or cancelled.")
    private Optional<String> state = Optional.empty();

    @Option(names = "--search", paramLabel = "TEXT", description = "Only jobs whose reference has this in it.")
    private Optional<String> text = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many to show, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    JobsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        int actions = (follow ? 1 : 0) + (cancel ? 1 : 0) + (retry ? 1 : 0);
        if (actions > 1 || (actions == 1 && id.isEmpty())) {
            throw new CommandException(
                    ExitCode.USAGE, "--follow, --cancel and --retry: expected one of them, and a job");
        }
        if (limit < 1 || limit > PageRequest.LIMIT_MAX) {
            throw new CommandException(
                    ExitCode.USAGE, "--limit %d: expected 1 to %d".formatted(limit, PageRequest.LIMIT_MAX));
        }
        try (GeneratorClient generator = new GeneratorSettings(session).connect()) {
            return id.isPresent() ? one(generator, id.get()) : list(generator);
        }
    }

    private int list(GeneratorClient generator) throws IOException {
        var filter = new JobFilter(wanted(), text, Optional.empty(), Optional.empty());
        Listing<JobView> jobs = generator.jobs(filter, PageRequest.of(limit));
        var table = new Table("JOB", "STATE", "REFERENCE", "SOURCE", "SUBMITTED");
        for (JobView job : jobs.items()) {
            table.row(
                    job.id(),
                    Words.of(job.state()),
                    job.reference(),
                    job.source(),
                    job.times().submitted().toString());
        }
        session.result(
                Json.object(
                        "jobs", jobs.items().stream().map(JobsCommand::document).toList()),
                table.toString());
        return ExitCode.OK.number();
    }

    private Optional<JobState> wanted() throws CommandException {
        if (state.isEmpty()) {
            return Optional.empty();
        }
        Optional<JobState> found = Words.find(JobState.class, state.get());
        if (found.isEmpty()) {
            String states = Arrays.stream(JobState.values()).map(Words::of).collect(Collectors.joining(", "));
            throw new CommandException(ExitCode.USAGE, "--state %s: expected one of %s".formatted(state.get(), states));
        }
        return found;
    }

    private int one(GeneratorClient generator, String job) throws IOException {
        JobView view;
        if (cancel) {
            view = generator.cancel(job);
        } else if (retry) {
            view = generator.retry(job);
        } else if (follow) {
            view = generator.follow(job, this::progress, Duration.ofDays(1));
        } else {
            view = generator.job(job);
        }
        session.result(document(view), line(view));
        boolean failed = follow && view.state() != JobState.SUCCEEDED;
        return (failed ? ExitCode.GENERIC : ExitCode.OK).number();
    }

    private void progress(JobView job) {
        if (job.state() == JobState.RUNNING && !job.layers().isEmpty()) {
            session.tell("%s: %s of %s"
                    .formatted(
                            job.reference(),
                            ByteSize.mebibytes(job.receivedBytes()),
                            ByteSize.mebibytes(job.sizeBytes())));
        }
    }

    static String line(JobView job) {
        return "%s: %s, job %s, attempt %d of %d%s%s\n"
                .formatted(
                        job.reference(),
                        Words.of(job.state()),
                        job.id(),
                        job.attempts(),
                        job.attemptsMax(),
                        job.manifestDigest().map(digest -> ", " + digest).orElse(""),
                        job.error().map(error -> ": " + error).orElse(""));
    }

    static Map<String, Object> document(JobView job) {
        return Json.object(
                "id", job.id(),
                "action", Words.of(job.action()),
                "state", Words.of(job.state()),
                "reference", job.reference(),
                "platform", job.platform(),
                "priority", Words.of(job.priority()),
                "source", job.source(),
                "submittedBy", job.submittedBy(),
                "submitted", job.times().submitted(),
                "started", job.times().started(),
                "ended", job.times().ended(),
                "nextAttempt", job.times().nextAttempt(),
                "attempts", job.attempts(),
                "attemptsMax", job.attemptsMax(),
                "generator", job.generator(),
                "manifestDigest", job.manifestDigest(),
                "error", job.error(),
                "layers", job.layers().stream().map(JobsCommand::layer).toList());
    }

    private static Map<String, Object> layer(LayerProgress layer) {
        return Json.object(
                "number", layer.number(),
                "diffId", layer.diffId(),
                "blobDigest", layer.blobDigest(),
                "sizeBytes", layer.sizeBytes(),
                "receivedBytes", layer.receivedBytes(),
                "state", Words.of(layer.state()));
    }
}
