package dev.lamella.cli;

import dev.lamella.client.GeneratorClient;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.Priority;
import dev.lamella.client.Submission;
import dev.lamella.client.SubmissionAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lamella submit}. */
@Command(name = "submit", description = "Have the generator publish images.")
final class SubmitCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "References as container engines take them.")
    private List<String> images = List.of();

    @Option(
            names = "--tags",
            paramLabel = "GLOB",
            description = "All tags of the named repositories that it matches, as '1.*'.")
    private Optional<String> tags = Optional.empty();

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH[/VARIANT]",
            description = "The image to take from an index; default: the generator's.")
    private Optional<String> platform = Optional.empty();

    @Option(
            names = "--priority",
            paramLabel = "low|normal|high",
            defaultValue = "normal",
            description = "Which jobs go first (default: ${DEFAULT-VALUE}).")
    private String priority = "normal";

    @Option(names = "--dry-run", description = "Only say what would be published, and what the policy refuses.")
    private boolean dryRun;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description = "Wait for the jobs to end, at most so long, as 90s or 15m.")
    private Optional<String> wait = Optional.empty();

    @Option(
            names = "--key",
            paramLabel = "TEXT",
            description = "The same submission with the same key is done once, however often it is sent.")
    private Optional<String> key = Optional.empty();

    SubmitCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        var submission = new Submission(images, tags, platform, priority(), dryRun);
        Optional<Duration> patience =
                wait.isPresent() ? Optional.of(TimeSpan.ofOption("--wait", wait.get())) : Optional.empty();
        try (GeneratorClient generator = new GeneratorSettings(session).connect()) {
            SubmissionAnswer answer = generator.submit(
                    submission, key.orElseGet(() -> UUID.randomUUID().toString()));
            return report(generator, answer, patience);
        }
    }

    private Priority priority() throws CommandException {
        return Words.find(Priority.class, priority)
                .orElseThrow(() -> new CommandException(
                        ExitCode.USAGE, "--priority %s: expected low, normal or high".formatted(priority)));
    }

    /** Says what became of each image; of those that have a job, if there is patience, how that ended. */
    private int report(GeneratorClient generator, SubmissionAnswer answer, Optional<Duration> patience)
            throws IOException {
        long endNanos = System.nanoTime() + patience.orElse(Duration.ZERO).toNanos();
        ExitCode code = ExitCode.OK;
        var lines = new StringBuilder();
        var items = new ArrayList<Map<String, Object>>();
        for (SubmissionAnswer.Item item : answer.items()) {
            if (patience.isPresent() && item.job().isPresent()) {
                Duration left = Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
                JobView job = generator.follow(item.job().get(), _ -> {}, left);
                lines.append(JobsCommand.line(job));
                items.add(JobsCommand.document(job));
                code = code == ExitCode.OK ? codeOf(job.state()) : code;
            } else {
                lines.append("%s: %s\n".formatted(item.reference(), outcome(item)));
                items.add(Json.object("reference", item.reference(), "job", item.job(), "refused", item.refused()));
            }
        }
        boolean refused =
                answer.items().stream().anyMatch(item -> item.refused().isPresent());
        session.result(Json.object("submitted", items), lines.toString());
        return (refused ? ExitCode.NO_PERMISSION : code).number();
    }

    private static String outcome(SubmissionAnswer.Item item) {
        return item.refused()
                .map(why -> "refused: " + why)
                .orElseGet(() -> item.job().map(job -> "job " + job).orElse("would be published"));
    }

    private static ExitCode codeOf(JobState state) {
        if (state == JobState.SUCCEEDED) {
            return ExitCode.OK;
        }
        return state.isFinal() ? ExitCode.GENERIC : ExitCode.TEMPORARY;
    }
}
