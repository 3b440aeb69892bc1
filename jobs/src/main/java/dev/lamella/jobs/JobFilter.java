package dev.lamella.jobs;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which jobs a list shows. What is empty does not matter.
 *
 * @param states one of these
 * @param text somewhere in the reference, upper and lower case alike
 * @param repository exactly this, registry included
 * @param source exactly this
 * @param from submitted then or later
 * @param until submitted before then
 */
public record JobFilter(
        Set<JobState> states,
        Optional<String> text,
        Optional<String> repository,
        Optional<String> source,
        Optional<Instant> from,
        Optional<Instant> until) {

    /** Every job. */
    public static final JobFilter ALL = new JobFilter(
            Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Dead letters: jobs that were given up. */
    public static final JobFilter DEAD_LETTERS = ALL.withStates(Set.of(JobState.FAILED));

    /** Copies the set. */
    public JobFilter {
        states = Set.copyOf(states);
        text.ifPresent(words -> Texts.check("text", words, 1024));
        repository.ifPresent(name -> Texts.check("repository", name, 1024));
        source.ifPresent(name -> Texts.check("source", name, 200));
    }

    /** Returns it with these states. */
    public JobFilter withStates(Set<JobState> wanted) {
        return new JobFilter(wanted, text, repository, source, from, until);
    }

    /** Returns it with a text to look for. */
    public JobFilter withText(String wanted) {
        return new JobFilter(states, Optional.of(wanted), repository, source, from, until);
    }

    /** Returns it with a repository, registry included. */
    public JobFilter withRepository(String wanted) {
        return new JobFilter(states, text, Optional.of(wanted), source, from, until);
    }

    /** Returns it with a source. */
    public JobFilter withSource(String wanted) {
        return new JobFilter(states, text, repository, Optional.of(wanted), from, until);
    }

    /** Returns it with times of submission. */
    public JobFilter withTimes(Optional<Instant> first, Optional<Instant> before) {
        return new JobFilter(states, text, repository, source, first, before);
    }
}
