package dev.lamella.store;

import java.time.Instant;
import java.util.List;

/**
 * What a garbage collection did, or, if it was a dry run, would have done.
 *
 * @param time when it began, by the store's clock
 * @param dryRun whether nothing was changed
 * @param kept how many images and volumes stay, for each reason
 * @param waiting what nobody needs, but not yet for the grace time
 * @param removed what has gone
 * @param problems what could not be read, so that nothing went that it might need; in whole sentences
 */
public record GcReport(
        Instant time,
        boolean dryRun,
        List<Kept> kept,
        List<Waiting> waiting,
        List<Removed> removed,
        List<String> problems) {

    /**
     * How many stay for one reason.
     *
     * @param kind images or volumes
     * @param reason why
     * @param count how many
     */
    public record Kept(GcKind kind, GcReason reason, int count) {}

    /**
     * What waits for the end of its grace time.
     *
     * @param kind an image or a volume
     * @param name its digest
     * @param sizeBytes what its files take
     * @param since when a collection first found that nobody needs it
     * @param until when it may go
     */
    public record Waiting(GcKind kind, String name, long sizeBytes, Instant since, Instant until) {}

    /**
     * What has gone.
     *
     * @param kind what it was
     * @param name its digest or name
     * @param sizeBytes what its files took; 0 for drafts
     * @param reason why
     */
    public record Removed(GcKind kind, String name, long sizeBytes, GcReason reason) {}

    /** Copies the lists. */
    public GcReport {
        kept = List.copyOf(kept);
        waiting = List.copyOf(waiting);
        removed = List.copyOf(removed);
        problems = List.copyOf(problems);
    }

    /** Returns how many of a kind have gone. */
    public long removed(GcKind kind) {
        return removed.stream().filter(gone -> gone.kind() == kind).count();
    }

    /** Returns how many of a kind wait. */
    public long waiting(GcKind kind) {
        return waiting.stream().filter(waits -> waits.kind() == kind).count();
    }

    /** Returns how many of a kind stay for a reason. */
    public int kept(GcKind kind, GcReason reason) {
        return kept.stream()
                .filter(stays -> stays.kind() == kind && stays.reason() == reason)
                .mapToInt(Kept::count)
                .sum();
    }

    /** Returns the bytes of all that has gone. */
    public long removedBytes() {
        return removed.stream().mapToLong(Removed::sizeBytes).sum();
    }
}
