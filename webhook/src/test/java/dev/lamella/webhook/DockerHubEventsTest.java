package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.RegistryEvent.Pushed;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerHubEventsTest {

    private final Sender hub = new Sender(WebhookProduct.DOCKER_HUB);

    @ParameterizedTest
    @CsvSource({
        "docker-hub-push, docker.io/example/app:latest, example",
        "docker-hub-push-old, docker.io/library/debian:12, builder"
    })
    void aPush(String payload, String image, String pusher) {
        assertThat(event(hub.send(payload))).isInstanceOfSatisfying(Pushed.class, pushed -> {
            assertThat(pushed.reference()).hasToString(image);
            assertThat(pushed.time()).isEqualTo(Instant.parse("2026-11-20T09:00:00Z"));
            assertThat(pushed.actor()).hasValue(pusher);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "1795165200, -1, push_data.pushed_at",
        "1795165200, 1e400, push_data.pushed_at",
        "1795165200, \"now\", push_data.pushed_at",
        "example/app\", quay.io/a/b:c\", image",
        "\"push_data\", \"data\", push_data"
    })
    void whatIsNotAsDocumentedIsNamed(String was, String is, String where) {
        String body = new String(Sender.payload("docker-hub-push"), StandardCharsets.UTF_8).replace(was, is);
        assertThat(hub.send(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.where()).isEqualTo(where));
    }

    @Test
    void aRepositoryCannotBringARegistryAlong() {
        String body = new String(Sender.payload("docker-hub-push"), StandardCharsets.UTF_8)
                .replace("\"example/app\"", "\"quay.io/example/app\"");
        assertThat(event(hub.send(body.getBytes(StandardCharsets.UTF_8)))
                        .target()
                        .registry())
                .isEqualTo("docker.io");
    }
}
