package dev.lamella.page;

import dev.lamella.client.ImageView;
import dev.lamella.client.JobAction;
import dev.lamella.client.JobState;
import dev.lamella.client.JobView;
import dev.lamella.client.LayerProgress;
import dev.lamella.client.LayerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What the API's values are called on pages. */
final class Words {

    private static final int SHORT_NAME = 22;

    private Words() {}

    static String of(JobState state) {
        return switch (state) {
            case QUEUED -> "queued";
            case RUNNING -> "running";
            case RETRYING -> "waits to retry";
            case SUCCEEDED -> "succeeded";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }

    /** Returns how far a layer is; of a job that has ended, nothing is under way. */
    static String of(LayerState state, boolean busy) {
        return switch (state) {
            case WAITING -> busy ? "waiting" : "not begun";
            case RUNNING -> busy ? "downloading" : "broken off";
            case DONE -> "done";
            case REUSED -> "was there";
        };
    }

    static String of(JobAction action) {
        return switch (action) {
            case PUBLISH -> "publish";
            case DELETE -> "delete";
        };
    }

    /** Returns the class of elements that show a value, also the value's own name in forms and queries. */
    static String key(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the class of elements that show how far a layer is. */
    static String look(LayerState state, boolean busy) {
        return "layer-" + key(busy || state != LayerState.RUNNING ? state : LayerState.WAITING);
    }

    /** Returns the first of an image's names, or its digest if it has none. */
    static String name(ImageView image) {
        return image.references().isEmpty()
                ? image.digest()
                : image.references().getFirst();
    }

    /** Returns the end of a name, which tells it from others where there is no room: {@code app:1.2}. */
    static String shortName(String name) {
        String end = name.substring(name.lastIndexOf('/') + 1);
        return end.length() <= SHORT_NAME ? end : end.substring(0, SHORT_NAME - 1) + "…";
    }

    /** Returns what the bar of a layer shows: of one that was there before, all. */
    static long received(LayerProgress layer) {
        return layer.state() == LayerState.REUSED || layer.state() == LayerState.DONE
                ? Math.max(1, layer.sizeBytes())
                : Math.clamp(layer.receivedBytes(), 0, Math.max(1, layer.sizeBytes()));
    }

    /** Returns how far a job is whose layers are known, in one line. */
    static String progress(JobView job, Instant now) {
        String line = "%s of %s, %d %%"
                .formatted(
                        Units.bytes(job.receivedBytes()),
                        Units.bytes(job.sizeBytes()),
                        Units.percent(job.receivedBytes(), job.sizeBytes()));
        if (job.state() == JobState.RUNNING && job.times().started().isPresent()) {
            long millis = Math.max(
                    1_000, Duration.between(job.times().started().get(), now).toMillis());
            long downloaded = job.layers().stream()
                    .filter(layer -> layer.state() != LayerState.REUSED)
                    .mapToLong(LayerProgress::receivedBytes)
                    .sum();
            line += ", " + Units.bytes((long) (downloaded * 1_000.0 / millis)) + "/s on average";
        }
        return line;
    }
}
