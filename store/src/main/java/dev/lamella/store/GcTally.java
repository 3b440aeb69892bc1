package dev.lamella.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A report in the making. For one thread. */
final class GcTally {

    private final GcListener listener;
    private final Map<GcKind, Map<GcReason, Integer>> kept = new EnumMap<>(GcKind.class);
    private final List<GcReport.Waiting> waiting = new ArrayList<>();
    private final List<GcReport.Removed> removed = new ArrayList<>();
    private final Set<String> problems = new LinkedHashSet<>();

    GcTally(GcListener listener) {
        this.listener = listener;
    }

    void kept(GcKind kind, String name, GcReason reason) {
        kept.computeIfAbsent(kind, _ -> new EnumMap<>(GcReason.class)).merge(reason, 1, Integer::sum);
        listener.kept(kind, name, reason);
    }

    void waiting(GcReport.Waiting what) {
        waiting.add(what);
        listener.waiting(what);
    }

    void removed(GcReport.Removed what) {
        removed.add(what);
        listener.removed(what);
    }

    /** A problem is met again at every look, and said once. */
    void problem(String problem) {
        if (problems.add(problem)) {
            listener.problem(problem);
        }
    }

    GcReport report(Instant time, boolean dryRun) {
        var counts = new ArrayList<GcReport.Kept>();
        kept.forEach((kind, reasons) ->
                reasons.forEach((reason, count) -> counts.add(new GcReport.Kept(kind, reason, count))));
        return new GcReport(time, dryRun, counts, waiting, removed, List.copyOf(problems));
    }
}
