package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.testkit.PostgresCluster;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred thousand jobs: how long it takes to add one and to look at them. A job is added before each look, since H2 answers a query that it has just
 * answered from memory while nothing has changed. Figures are printed; what is asserted leaves room for a busy machine.
 */
@Tag("integration")
class LargeQueueTest {

    private static final int JOBS = 100_000;
    private static final int PAGE = 50;

    @TempDir
    Path directory;

    @Test
    void h2() throws IOException {
        try (JobDatabase database = JobDatabase.open(DatabaseConfig.embedded(directory.resolve("db")))) {
            measure("H2", database);
        }
        try (var files = Files.list(directory.resolve("db"))) {
            for (Path file : files.toList()) {
                System.out.printf("H2: %s %.1f MB after closing%n", file.getFileName(), Files.size(file) / 1e6);
            }
        }
    }

    @Test
    void postgresql() throws IOException {
        try (PostgresCluster postgres = PostgresCluster.start();
                JobDatabase database = JobDatabase.open(TestJobs.database(postgres))) {
            measure("PostgreSQL", database);
        }
    }

    private void measure(String name, JobDatabase database) {
        JobQueue queue = JobQueue.of(database, QueueLimits.DEFAULT);
        for (int batch = 0; batch < JOBS / 1000; batch++) {
            int first = batch * 1000;
            queue.submit(
                    IntStream.range(first, first + 1000)
                            .mapToObj(i -> TestJobs.publish("r.example/team/repository%d".formatted(i % 100), "v" + i))
                            .toList(),
                    Joining.NEVER);
        }
        long heapBefore = heap();
        var submissions = new double[500];
        for (int i = 0; i < submissions.length; i++) {
            JobRequest request = TestJobs.publish("r.example/team/repository%d".formatted(i % 100), "w" + i);
            submissions[i] = millis(() -> queue.submit(List.of(request), Joining.QUEUED));
        }
        double submit = median(submissions);
        UUID middle = queue.list(JobFilter.ALL, Optional.empty(), 500).next().orElseThrow();
        for (int i = 0; i < 99; i++) {
            middle = queue.list(JobFilter.ALL, Optional.of(middle), 500).next().orElseThrow();
        }
        UUID deep = middle;
        double first = listing(queue, JobFilter.ALL, Optional.empty());
        double deepPage = listing(queue, JobFilter.ALL, Optional.of(deep));
        double filtered = listing(queue, JobFilter.ALL.withRepository("r.example/team/repository7"), Optional.of(deep));
        double byState = listing(queue, JobFilter.ALL.withStates(Set.of(JobState.QUEUED)), Optional.of(deep));
        double none = listing(queue, JobFilter.DEAD_LETTERS, Optional.empty());
        double search = listing(queue, JobFilter.ALL.withText("repository42:v4"), Optional.empty());
        double searchNone = listing(queue, JobFilter.ALL.withText("nowhere"), Optional.empty());
        double counts = median(times(queue, queue::counts));
        long heapAfter = heap();
        System.out.printf(
                "%s, %d jobs, medians: submit %.2f ms; page of %d: first %.2f, deep %.2f, repository in the middle %.2f,"
                        + " state in the middle %.2f, dead letters (none) %.2f; search %.2f, search in vain %.2f;"
                        + " counts %.2f ms; heap %d MB, after all this %d MB%n",
                name,
                JOBS,
                submit,
                PAGE,
                first,
                deepPage,
                filtered,
                byState,
                none,
                search,
                searchNone,
                counts,
                heapBefore >> 20,
                heapAfter >> 20);
        assertThat(submit).isLessThan(50);
        assertThat(List.of(first, deepPage, filtered, byState, none)).allMatch(ms -> ms < 500);
        assertThat(List.of(search, searchNone, counts)).allMatch(ms -> ms < 2000);
    }

    private static double listing(JobQueue queue, JobFilter filter, Optional<UUID> before) {
        return median(times(queue, () -> queue.list(filter, before, PAGE)));
    }

    private static double[] times(JobQueue queue, Runnable action) {
        action.run();
        var times = new double[20];
        for (int i = 0; i < times.length; i++) {
            TestJobs.submit(
                    queue,
                    TestJobs.publish("r.example/team/between", UUID.randomUUID().toString()));
            times[i] = millis(action);
        }
        return times;
    }

    private static double millis(Runnable action) {
        long begin = System.nanoTime();
        action.run();
        return (System.nanoTime() - begin) / 1e6;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
