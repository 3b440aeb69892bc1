package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 0.98 KiB",
        "1024, 1 KiB",
        "1536, 1.5 KiB",
        "43306189, 41.3 MiB",
        "524288, 512 KiB",
        "1048575, 1.00 MiB",
        "1073741824, 1 GiB",
        "9223372036854775807, 8 EiB",
    })
    void sizesHaveThreeDigits(long bytes, String words) {
        assertThat(Units.bytes(bytes)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 s", "59, 59 s", "60, 1 min", "3599, 59 min", "3600, 1 h", "172799, 47 h", "172800, 2 d", "-5, 0 s"
    })
    void durationsHaveOneUnit(long seconds, String words) {
        assertThat(Units.duration(Duration.ofSeconds(seconds))).isEqualTo(words);
    }

    @Test
    void timesAreNearOrFar() {
        Instant now = Made.NOW;
        assertThat(Units.distance(now.minusSeconds(180), now)).isEqualTo("3 min ago");
        assertThat(Units.distance(now.plusSeconds(95), now)).isEqualTo("in 1 min");
        assertThat(Units.distance(now.plusMillis(10), now)).isEqualTo("now");
        assertThat(Units.exact(now)).isEqualTo("2026-11-28 14:07:30 UTC");
    }

    @Test
    void countsAndParts() {
        assertThat(Units.count(1, "image")).isEqualTo("1 image");
        assertThat(Units.count(2_000, "image")).isEqualTo("2,000 images");
        assertThat(Units.percent(1, 3)).isEqualTo(33);
        assertThat(Units.percent(5, 0)).isZero();
        assertThat(Units.percent(9, 3)).isEqualTo(100);
    }

    @Test
    void digestsAreShortened() {
        assertThat(Units.digest("sha256:0123456789abcdef")).isEqualTo("0123456789ab");
        assertThat(Units.digest("none")).isEqualTo("none");
    }
}
