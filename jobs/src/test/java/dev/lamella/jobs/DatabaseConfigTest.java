package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatabaseConfigTest {

    @Test
    void passwordsAreNotShown() {
        var config = DatabaseConfig.postgresql("jdbc:postgresql://db/jobs", "lamella", Optional.of("hunter2"));

        assertThat(config.toString()).contains("lamella").doesNotContain("hunter2");
    }

    @Test
    void passwordsDoNotBelongIntoUrls() {
        assertThatThrownBy(() -> DatabaseConfig.postgresql(
                        "jdbc:postgresql://db/jobs?password=hunter2", "lamella", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> DatabaseConfig.postgresql("jdbc:mysql://db/jobs", "lamella", Optional.empty()))
                .hasMessageContaining("jdbc:postgresql:");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamedSoon() {
        var config = DatabaseConfig.postgresql("jdbc:postgresql://127.0.0.1:1/jobs", "lamella", Optional.of("hunter2"))
                .withLimits(new DatabaseLimits(3, 500, 1000));
        long begin = System.nanoTime();

        assertThatThrownBy(() -> JobDatabase.open(config))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageNotContaining("hunter2");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }
}
