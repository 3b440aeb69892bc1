package dev.lamella.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {

    @ParameterizedTest
    @CsvSource({"90s,PT1M30S", "15m,PT15M", "36h,PT36H", "7d,PT168H", "0s,PT0S", "2 h,PT2H"})
    void reads(String text, Duration span) {
        assertThat(TimeSpan.parse(text)).contains(span);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "d", "-1d", "1.5h", "1w", "1d2h", "9999999999s"})
    void refuses(String text) {
        assertThat(TimeSpan.parse(text)).isEmpty();
    }

    @Test
    void writes() {
        assertThat(TimeSpan.exact(Duration.ofDays(7))).isEqualTo("7d");
        assertThat(TimeSpan.exact(Duration.ofHours(36))).isEqualTo("36h");
        assertThat(TimeSpan.exact(Duration.ofMinutes(15))).isEqualTo("15m");
        assertThat(TimeSpan.exact(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(TimeSpan.exact(Duration.ZERO)).isEqualTo("0s");
    }
}
