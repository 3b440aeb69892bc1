package dev.lamella.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.client.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlotsTest {

    private static final int POINTS = 96;

    @Test
    void withoutSamplesThereIsNoPlot() {
        assertThat(Plots.of(List.of(), POINTS)).isEmpty();
        assertThat(Plots.of(Made.samples().subList(0, 1), POINTS)).isEmpty();
    }

    @Test
    void everythingLiesInsideTheAxes() {
        for (Plot plot : Plots.of(Made.samples(), POINTS)) {
            assertThat(plot.strips()).isNotEmpty().hasSizeLessThanOrEqualTo(POINTS);
            assertThat(plot.yMarks()).hasSizeBetween(2, 5);
            assertThat(plot.xMarks()).hasSizeBetween(2, 6);
            assertThat(plot.yMarks()).allSatisfy(mark -> assertThat(mark.at()).isBetween(10.0, (double) Plot.BOTTOM));
            assertThat(plot.xMarks())
                    .allSatisfy(mark -> assertThat(mark.at()).isBetween((double) Plot.LEFT, (double) Plot.RIGHT));
            assertThat(plot.strips())
                    .allSatisfy(strip ->
                            assertThat(strip.x() + strip.width()).isBetween((double) Plot.LEFT, Plot.RIGHT + 0.2));
        }
    }

    @Test
    void countsAreSummedAndLevelsAreTheLast() {
        List<Sample> samples = LongStream.range(0, 10)
                .mapToObj(i -> new Sample(Made.NOW.plusSeconds(i * 60), i, 1, 2, 0, 0, 1 << 20, i << 30))
                .toList();
        List<Plot> plots = Plots.of(samples, 2);
        assertThat(plots)
                .extracting(plot -> plot.head().figure())
                .containsExactly("20", "0", "9", "0 B", "1 MiB", "9 GiB");
        assertThat(plots.getFirst().head().description()).isEqualTo("20 images in 20 min, at most 14 in 10 min.");
        assertThat(plots.getFirst().strips())
                .extracting(Plot.Strip::words)
                .containsExactly("28 Nov 14:00 UTC: 6 images", "28 Nov 14:10 UTC: 14 images");
    }

    @Test
    void aClockThatJumpsYearsStillMakesAPlot() {
        var early = new Sample(Instant.EPOCH, 1, 1, 1, 1, 1, 1, 1);
        var late = new Sample(Instant.parse("2999-01-01T00:00:00Z"), Long.MAX_VALUE, 1, Long.MAX_VALUE, 1, 1, 1, 1);
        assertThat(Plots.of(List.of(late, early), POINTS)).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 1, 1", "4, 4, 1", "5, 6, 2", "9, 10, 5", "37, 40, 10", "1000, 1000, 500"})
    void countsHaveRoundScales(long largest, double max, double step) {
        Scale scale = Scale.ofCounts(largest);
        assertThat(scale.max()).isEqualTo(max);
        assertThat(scale.step()).isEqualTo(step);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999, 1 << 20, 700L << 20, Long.MAX_VALUE})
    void scalesCoverTheirValues(long largest) {
        for (Scale scale : List.of(Scale.ofBytes(largest), Scale.ofCounts(largest))) {
            assertThat(scale.max()).isGreaterThanOrEqualTo((double) largest);
            assertThat(scale.ticks()).hasSizeBetween(2, 5);
        }
    }

    @Test
    void theTimeAxisHasRoundSteps() {
        TimeAxis axis = TimeAxis.covering(Made.NOW.minus(Duration.ofHours(36)), Made.NOW, POINTS);
        assertThat(axis.step()).isEqualTo(Duration.ofMinutes(30));
        assertThat(axis.ticks()).extracting(TimeAxis.Tick::label).containsExactly("12:00", "28 Nov", "12:00");
    }
}
