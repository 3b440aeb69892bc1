package dev.lamella.cli;

import dev.lamella.store.DirectoryStore;
import dev.lamella.store.GarbageCollection;
import dev.lamella.store.GcKind;
import dev.lamella.store.GcListener;
import dev.lamella.store.GcOptions;
import dev.lamella.store.GcReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lamella gc}. */
@Command(name = "gc", description = "Remove from the store what nobody has needed for the grace time.")
final class GcCommand implements Callable<Integer> {

    private final Session session;

    @Option(names = "--dry-run", description = "Only say what would be removed.")
    private boolean dryRun;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            description = "The grace time, such as 90s, 15m, 36h or 7d, in place of gc.grace.")
    private Optional<String> grace = Optional.empty();

    GcCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Duration graceTime = grace();
        if (!session.hasStore()) {
            Path path = session.config().get(ConfigKey.STORE_PATH);
            throw new CommandException(ExitCode.NO_INPUT, "%s: no volume store; nothing to collect".formatted(path));
        }
        DirectoryStore store = dryRun ? session.readStore() : session.writeStore();
        GcOptions options = GcOptions.DEFAULT.withGrace(graceTime).withDryRun(dryRun);
        GcReport report = GarbageCollection.run(store, options, new GcListener() {
            @Override
            public void problem(String problem) {
                session.warn(problem);
            }
        });
        session.result(document(report, graceTime), text(report));
        return (report.problems().isEmpty() ? ExitCode.OK : ExitCode.BAD_DATA).number();
    }

    private Duration grace() throws IOException {
        return grace.isEmpty() ? session.config().get(ConfigKey.GC_GRACE) : TimeSpan.ofOption("--grace", grace.get());
    }

    private static Map<String, Object> document(GcReport report, Duration grace) {
        return Json.object(
                "time", report.time(),
                "dryRun", report.dryRun(),
                "graceSeconds", grace.toSeconds(),
                "kept",
                        report.kept().stream()
                                .map(kept -> Json.object(
                                        "kind", kept.kind(), "reason", kept.reason(), "count", kept.count()))
                                .toList(),
                "waiting",
                        report.waiting().stream()
                                .map(waiting -> Json.object(
                                        "kind", waiting.kind(),
                                        "name", waiting.name(),
                                        "sizeBytes", waiting.sizeBytes(),
                                        "since", waiting.since(),
                                        "until", waiting.until()))
                                .toList(),
                "removed",
                        report.removed().stream()
                                .map(removed -> Json.object(
                                        "kind", removed.kind(),
                                        "name", removed.name(),
                                        "sizeBytes", removed.sizeBytes(),
                                        "reason", removed.reason()))
                                .toList(),
                "removedBytes", report.removedBytes(),
                "problems", report.problems());
    }

    private static String text(GcReport report) {
        var lines = new StringBuilder();
        for (GcReport.Removed removed : report.removed()) {
            lines.append("%s %s %s, %s: %s\n"
                    .formatted(
                            report.dryRun() ? "would remove" : "removed",
                            removed.kind().noun(),
                            removed.name(),
                            ByteSize.mebibytes(removed.sizeBytes()),
                            removed.reason().words()));
        }
        for (GcReport.Waiting waiting : report.waiting()) {
            lines.append("waiting %s %s, %s: nobody needs it since %s, goes from %s on\n"
                    .formatted(
                            waiting.kind().noun(),
                            waiting.name(),
                            ByteSize.mebibytes(waiting.sizeBytes()),
                            waiting.since(),
                            waiting.until()));
        }
        for (GcReport.Kept kept : report.kept()) {
            lines.append("kept %s: %s\n"
                    .formatted(count(kept.count(), kept.kind()), kept.reason().words()));
        }
        long waitingBytes =
                report.waiting().stream().mapToLong(GcReport.Waiting::sizeBytes).sum();
        return lines.append("%s %s, %s; waiting: %s, %s\n"
                        .formatted(
                                report.dryRun() ? "would remove" : "removed",
                                counts(report::removed),
                                ByteSize.mebibytes(report.removedBytes()),
                                counts(report::waiting),
                                ByteSize.mebibytes(waitingBytes)))
                .toString();
    }

    private static String counts(ToLongFunction<GcKind> counter) {
        var counts = new ArrayList<String>();
        for (GcKind kind : List.of(GcKind.IMAGE, GcKind.VOLUME)) {
            counts.add(count(counter.applyAsLong(kind), kind));
        }
        return String.join(", ", counts);
    }

    private static String count(long count, GcKind kind) {
        return "%d %s%s".formatted(count, kind.noun(), count == 1 ? "" : "s");
    }
}
