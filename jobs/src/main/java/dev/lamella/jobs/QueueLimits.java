package dev.lamella.jobs;

/**
 * Bounds of the queue.
 *
 * @param requestsMax requests of one submission
 * @param unfinishedMax jobs that wait or run
 * @param attemptsMax attempts of a job before it is given up
 * @param pageMax rows of one page of a list
 */
public record QueueLimits(int requestsMax, int unfinishedMax, int attemptsMax, int pageMax) {

    /** A thousand requests at once, a million jobs, five attempts, pages of 500. */
    public static final QueueLimits DEFAULT = new QueueLimits(1000, 1_000_000, 5, 500);

    /** Checks the numbers. */
    public QueueLimits {
        if (requestsMax < 1 || unfinishedMax < 1 || attemptsMax < 1 || pageMax < 1) {
            throw new IllegalArgumentException("limits of the queue must be at least 1");
        }
    }
}
