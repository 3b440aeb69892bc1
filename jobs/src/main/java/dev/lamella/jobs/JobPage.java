package dev.lamella.jobs;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One page of a list of jobs, the newest first.
 *
 * @param jobs the jobs, without the progress of their layers
 * @param next what to ask for as {@code before} to get the next page; empty on the last one
 */
public record JobPage(List<Job> jobs, Optional<UUID> next) {

    /** Copies the list. */
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
