package dev.lamella.jobs;

import java.time.Duration;
import java.util.Optional;

/** How an attempt ended, as it is written down. */
sealed interface Ending {

    /** The job is done. */
    record Succeeded(Optional<String> manifestDigest) implements Ending {}

    /** The attempt failed; another one may help, or not. */
    record Failed(JobFailure failure, boolean again) implements Ending {}

    /** The job was cancelled while it ran. */
    record Cancelled() implements Ending {}

    /** The generator stops, or the job is not its own any more. */
    record GivenBack() implements Ending {}

    /** Returns the ending of an attempt that returned. */
    static Ending of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done done -> new Succeeded(done.manifestDigest());
            case Outcome.Rejected rejected ->
                new Failed(new JobFailure(FailureKind.REJECTED, rejected.reason()), false);
        };
    }

    /** Returns the ending of an attempt that threw something, perhaps because it was interrupted. */
    static Ending of(Throwable thrown, Optional<RunningJob.Why> interrupted, WorkerLimits limits) {
        return interrupted
                .<Ending>map(why -> switch (why) {
                    case CANCELLED -> new Cancelled();
                    case STOPPING, LOST -> new GivenBack();
                    case TIMED_OUT -> timedOut(limits);
                })
                .orElseGet(() -> failed(thrown));
    }

    private static Failed timedOut(WorkerLimits limits) {
        String message = "not done after %s".formatted(Duration.ofMillis(limits.runMillisMax()));
        return new Failed(new JobFailure(FailureKind.TIMED_OUT, message), true);
    }

    private static Failed failed(Throwable thrown) {
        String message = thrown.getMessage() == null || thrown.getMessage().isBlank()
                ? thrown.getClass().getName()
                : thrown.getMessage();
        return thrown instanceof PermanentFailureException
                ? new Failed(new JobFailure(FailureKind.PERMANENT, message), false)
                : new Failed(new JobFailure(FailureKind.TEMPORARY, message), true);
    }
}
