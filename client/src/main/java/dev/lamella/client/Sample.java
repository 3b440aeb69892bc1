package dev.lamella.client;

import java.time.Instant;

/**
 * The store and the queue at a moment of the past, for plots.
 *
 * @param time when
 * @param queued jobs that waited, for a turn or for another attempt
 * @param running jobs under way
 * @param succeeded jobs that succeeded since the sample before
 * @param failed jobs that failed for good since the sample before
 * @param receivedBytes bytes of blobs downloaded since the sample before
 * @param storedBytes what the layers took
 * @param savedBytes what sharing saved
 */
public record Sample(
        Instant time,
        long queued,
        long running,
        long succeeded,
        long failed,
        long receivedBytes,
        long storedBytes,
        long savedBytes) {}
