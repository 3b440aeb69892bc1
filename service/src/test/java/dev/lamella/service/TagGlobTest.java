package dev.lamella.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagGlobTest {

    @ParameterizedTest
    @CsvSource({
        "*, anything, true",
        "1.*, 1.0, true",
        "1.*, 1., true",
        "1.*, 10, false",
        "1.?, 1.0, true",
        "1.?, 1.10, false",
        "*-alpine, 3.1-alpine, true",
        "*-alpine, 3.1-alpine3, false",
        "v*.*.*, v1.2.3, true",
        "v*.*.*, v1.2, false",
        "latest, latest, true",
        "latest, Latest, false",
        "a*b*c, aXbXbXc, true",
        "a*b*c, aXbXcX, false"
    })
    void matches(String pattern, String tag, boolean expected) throws ProblemException {
        assertThat(TagGlob.parse(pattern).matches(tag)).isEqualTo(expected);
    }

    @Test
    void manyStarsCostNothing() throws ProblemException {
        TagGlob glob = TagGlob.parse("a*".repeat(60) + "b");
        long start = System.nanoTime();
        assertThat(glob.matches("a".repeat(128))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void otherPatternsAreRefused() {
        assertThatThrownBy(() -> TagGlob.parse("[a-z]")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> TagGlob.parse("")).isInstanceOf(ProblemException.class);
    }
}
