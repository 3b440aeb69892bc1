package dev.lamella.jobs;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2WorkerTest extends JobWorkerContract {

    @TempDir
    Path directory;

    @Override
    DatabaseConfig newDatabase() {
        return DatabaseConfig.embedded(directory.resolve("new"));
    }
}
