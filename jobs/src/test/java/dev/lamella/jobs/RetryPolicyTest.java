package dev.lamella.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final RandomGenerator random = RandomGenerator.getDefault();

    @Test
    void pausesAreDoubledUpToALimit() {
        var policy = new RetryPolicy(1000, 5000, 0);

        assertThat(policy.pauseMillis(1, random)).isEqualTo(1000);
        assertThat(policy.pauseMillis(2, random)).isEqualTo(2000);
        assertThat(policy.pauseMillis(3, random)).isEqualTo(4000);
        assertThat(policy.pauseMillis(4, random)).isEqualTo(5000);
        assertThat(policy.pauseMillis(Integer.MAX_VALUE, random)).isEqualTo(5000);
    }

    @Test
    void chanceShortensThem() {
        var policy = new RetryPolicy(1000, 5000, 0.5);

        assertThat(random.longs(0, 2).limit(1000).map(any -> policy.pauseMillis(1, random)))
                .allMatch(pause -> pause >= 500 && pause <= 1000)
                .anyMatch(pause -> pause < 900);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new RetryPolicy(10, 5, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(1, 5, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
