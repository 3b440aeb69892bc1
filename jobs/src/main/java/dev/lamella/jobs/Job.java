package dev.lamella.jobs;

import java.util.Optional;
import java.util.UUID;

/**
 * A job as it stood when it was read.
 *
 * @param id its name, a UUID of version 7: later jobs have greater ones
 * @param request what is to be done
 * @param state where it stands
 * @param attempts how often it was tried
 * @param times when what happened
 * @param generator who runs it, or ran it last
 * @param manifestDigest of the image that was published, {@code sha256:...}
 * @param failure why the last attempt failed
 * @param progress how far it is
 * @param cancelRequested whether somebody wants it stopped; a running job needs about a second for it
 */
public record Job(
        UUID id,
        JobRequest request,
        JobState state,
        JobAttempts attempts,
        JobTimes times,
        Optional<String> generator,
        Optional<String> manifestDigest,
        Optional<JobFailure> failure,
        JobProgress progress,
        boolean cancelRequested) {}
