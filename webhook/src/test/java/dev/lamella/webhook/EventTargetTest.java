package dev.lamella.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTargetTest {

    @ParameterizedTest
    @CsvSource({
        "index.docker.io, team/app",
        "registry, app",
        "a.example.com, app:1.4",
        "a.example.com, app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "a.example.com, ''",
        "a.example.com, /app",
        "a.example.com/b, app"
    })
    void aNameThatMeansAnotherIsRefused(String registry, String repository) {
        assertThatThrownBy(() -> EventTarget.of(registry, repository, Optional.empty(), Optional.empty()))
                .isInstanceOf(MalformedPayloadException.class);
    }

    @Test
    void aShortNameOfDockerHubIsMadeWhole() throws Exception {
        assertThat(EventTarget.of("docker.io", "debian", Optional.of("12"), Optional.empty()))
                .hasToString("docker.io/library/debian:12");
    }
}
