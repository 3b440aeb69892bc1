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
import java.util.Locale;
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
        Duration patience = wait.isPresent() ? patience(wait.get()) : Duration.ZERO;
        try (GeneratorClient generator = GeneratorClient.open(new GeneratorSettings(session).client())) {
            SubmissionAnswer answer = generator.submit(
                    submission, key.orElseGet(() -> UUID.randomUUID().toString()));
            return wait.isEmpty() || dryRun ? report(answer) : follow(generator, answer, patience);
        }
    }

    private Priority priority() throws CommandException {
        try {
            return Priority.valueOf(priority.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new CommandException(
                    ExitCode.USAGE, "--priority %s: expected low, normal or high".formatted(priority));
        }
    }

    static Duration patience(String text) throws CommandException {
        return TimeSpan.parse(text)
                .orElseThrow(() -> new CommandException(
                        ExitCode.USAGE, "%s: expected a time such as 90s, 15m or 2h".formatted(text)));
    }

    private int report(SubmissionAnswer answer) {
        var lines = new StringBuilder();
        var items = new ArrayList<Map<String, Object>>();
        for (SubmissionAnswer.Item item : answer.items()) {
            items.add(Json.object("reference", item.reference(), "job", item.job(), "refused", item.refused()));
            String outcome = item.refused()
                    .map(why -> "refused: " + why)
                    .orElseGet(() -> item.job().map(job -> "job " + job).orElse("would be published"));
            lines.append("%s: %s\n".formatted(item.reference(), outcome));
        }
        session.result(Json.object("submitted", items), lines.toString());
        return codeOf(answer).number();
    }

    private static ExitCode codeOf(SubmissionAnswer answer) {
        return answer.items().stream().anyMatch(item -> item.refused().isPresent())
                ? ExitCode.NO_PERMISSION
                : ExitCode.OK;
    }

    private int follow(GeneratorClient generator, SubmissionAnswer answer, Duration patience) throws IOException {
        long endNanos = System.nanoTime() + patience.toNanos();
        ExitCode code = codeOf(answer);
        var lines = new StringBuilder();
        var items = new ArrayList<Map<String, Object>>();
        for (SubmissionAnswer.Item item : answer.items()) {
            if (item.job().isEmpty()) {
                lines.append("%s: refused: %s\n"
                        .formatted(item.reference(), item.refused().orElse("")));
                items.add(Json.object("reference", item.reference(), "refused", item.refused()));
                continue;
            }
            Duration left = Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
            JobView job = generator.follow(item.job().get(), _ -> {}, left);
            lines.append(JobsCommand.line(job));
            items.add(JobsCommand.document(job));
            if (job.state() != JobState.SUCCEEDED && code == ExitCode.OK) {
                code = job.state().isFinal() ? ExitCode.GENERIC : ExitCode.TEMPORARY;
            }
        }
        session.result(Json.object("submitted", items), lines.toString());
        return code.number();
    }
}
