package dev.lamella.jobs;

import dev.lamella.testkit.PostgresCluster;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("integration")
class PostgresWorkerTest extends JobWorkerContract {

    private static PostgresCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = PostgresCluster.start();
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
    }

    @Override
    DatabaseConfig newDatabase() throws IOException {
        return TestJobs.database(cluster);
    }
}
