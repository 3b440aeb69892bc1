package dev.lamella.page;

import dev.lamella.client.JobView;
import dev.lamella.client.Listing;

/**
 * The content of the list of failures.
 *
 * @param search what was searched for, empty if nothing
 * @param jobs that failed for good or wait for another attempt, the latest first
 */
public record FailuresPage(String search, Listing<JobView> jobs) {}
