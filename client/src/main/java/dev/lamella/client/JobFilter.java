package dev.lamella.client;

import java.util.Optional;

/**
 * Which jobs.
 *
 * @param state only those in this state
 * @param text only those whose reference has this in it
 * @param repository only those of this repository, as {@code docker.io/library/debian}
 * @param source only those that came from here, as {@code api} or {@code webhook:NAME}
 */
public record JobFilter(
        Optional<JobState> state, Optional<String> text, Optional<String> repository, Optional<String> source) {

    /** All jobs. */
    public static final JobFilter ALL =
            new JobFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Returns the same filter for one state. */
    public JobFilter in(JobState wanted) {
        return new JobFilter(Optional.of(wanted), text, repository, source);
    }
}
