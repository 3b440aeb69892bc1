package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
}
