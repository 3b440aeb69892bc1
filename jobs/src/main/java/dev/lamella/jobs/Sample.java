package dev.lamella.jobs;

import java.time.Instant;
import java.util.Map;

/**
 * How the queue stood at one time, or over a stretch of time.
 *
 * @param time when; of a stretch its end
 * @param queued jobs that waited, pauses included; of a stretch the most
 * @param running jobs that ran; of a stretch the most
 * @param succeeded jobs that succeeded since the sample before
 * @param failed jobs that were given up since the sample before
 * @param numbers what {@link WorkerConfig#numbers()} said; of a stretch the last
 */
public record Sample(Instant time, long queued, long running, long succeeded, long failed, Map<String, Long> numbers) {

    /** Copies the map. */
    public Sample {
        numbers = Map.copyOf(numbers);
    }
}
