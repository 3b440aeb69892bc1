package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2QueueTest extends JobQueueContract {

    @TempDir
    Path directory;

    @Override
    DatabaseConfig newDatabase() {
        return DatabaseConfig.embedded(directory.resolve("new"));
    }

    @Test
    void onlyItsOwnerMayReadTheDirectory() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("new"))))
                .isEqualTo("rwx------");
    }

    @Test
    void jobsAreThereWhenItIsOpenedAgain() throws Exception {
        Job job = TestJobs.submit(queue, TestJobs.publish("r.example/a", "1"));
        database.close();
        open();

        assertThat(queue.get(job.id())).contains(job);
    }

    @Test
    void whatIsDoneTogetherSurvivesAKill() throws Exception {
        var jobs = new ArrayList<Job>();
        Path copies = directory.resolve("killed");
        for (int round = 0; round < 5; round++) {
            String tag = "t" + round;
            database.together(() -> {
                jobs.add(TestJobs.submit(queue, TestJobs.publish("r.example/a", tag)));
                new AuditLog(database).append("somebody", "submit", tag, "accepted");
            });
            // The file as a kill would leave it.
            Path copy = Files.createDirectories(copies.resolve(tag));
            Files.copy(directory.resolve("new/jobs.mv.db"), copy.resolve("jobs.mv.db"));
            try (JobDatabase killed = JobDatabase.open(DatabaseConfig.embedded(copy))) {
                assertThat(JobQueue.of(killed, QueueLimits.DEFAULT)
                                .list(JobFilter.ALL, Optional.empty(), 10)
                                .jobs())
                        .containsExactlyElementsOf(jobs.reversed());
                assertThat(new AuditLog(killed).list(Optional.empty(), 10)).hasSize(jobs.size());
            }
        }
    }
}
