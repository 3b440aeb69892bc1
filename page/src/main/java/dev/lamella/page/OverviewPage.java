package dev.lamella.page;

import dev.lamella.client.JobView;
import dev.lamella.client.Sample;
import dev.lamella.client.StatisticsView;
import java.util.List;

/**
 * The content of the overview.
 *
 * @param statistics the numbers of now
 * @param samples those of the past, oldest first
 * @param latest the latest jobs, newest first
 */
public record OverviewPage(StatisticsView statistics, List<Sample> samples, List<JobView> latest) {

    /** Copies the lists. */
    public OverviewPage {
        samples = List.copyOf(samples);
        latest = List.copyOf(latest);
    }
}
