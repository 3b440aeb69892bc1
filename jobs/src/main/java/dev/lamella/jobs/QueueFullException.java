package dev.lamella.jobs;

import java.io.Serial;

/** More jobs wait than {@link QueueLimits#unfinishedMax()} allows; none of the submission was taken. */
public final class QueueFullException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    QueueFullException(long unfinished, int unfinishedMax) {
        super("%d jobs wait or run, at most %d may; ask again later".formatted(unfinished, unfinishedMax));
    }
}
