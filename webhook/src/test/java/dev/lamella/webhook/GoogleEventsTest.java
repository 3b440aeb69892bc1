package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.digest;
import static dev.lamella.webhook.Sender.event;
import static dev.lamella.webhook.Sender.ignored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.RegistryEvent.Deleted;
import dev.lamella.webhook.RegistryEvent.Pushed;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoogleEventsTest {

    private static final String IMAGE = "europe-west1-docker.pkg.dev/example-project/team/app";

    private final Sender google = new Sender(WebhookProduct.GOOGLE_ARTIFACT_REGISTRY);

    @Test
    void aTag() {
        assertThat(event(google.send("google-push"))).isInstanceOfSatisfying(Pushed.class, pushed -> {
            assertThat(pushed.id()).isEqualTo("2070443601311540");
            assertThat(pushed.target()).hasToString(IMAGE + ":1.4@" + digest('a'));
            assertThat(pushed.time()).isEqualTo(Instant.parse("2026-11-20T09:13:55.749Z"));
        });
    }

    @Test
    void deletionsOfATagAndOfAnImage() {
        assertThat(event(google.send("google-delete-tag")))
                .isInstanceOfSatisfying(
                        Deleted.class, deleted -> assertThat(deleted.target()).hasToString(IMAGE + ":1.4"));
        assertThat(event(google.send("google-delete-image")).target()).hasToString(IMAGE + "@" + digest('a'));
    }

    @Test
    void aPayloadThatIsNotWrappedNeedsItsMetadata() {
        assertThat(google.send("google-bare"))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.reason()).contains("write metadata"));
        google.header("x-goog-pubsub-message-id", "77")
                .header("x-goog-pubsub-publish-time", "2026-11-20T09:13:55.749Z");
        assertThat(event(google.send("google-bare")).id()).isEqualTo("77");
    }

    @Test
    void anImageWithoutATagIsIgnored() {
        assertThat(ignored(google.send("google-push-untagged"))).contains("without a tag");
        assertThat(ignored(google.send(bytes("{\"message\":{\"attributes\":{\"a\":\"b\"}}}"))))
                .isEqualTo("a message without data");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"action\":\"INSERT\"} | digest",
                "{\"action\":\"INSERT\",\"tag\":\"app\"} | message.data",
                "{\"action\":\"INSERT\",\"tag\":\"a.dev/x:1\",\"digest\":\"a.dev/y@sha256:1\"} | tag",
                "{\"action\":\"INSERT\",\"tag\":\":/:\"} | message.data",
                "{\"action\":\"DELETE\",\"tag\":\"name/app:1\"} | image",
                "[] | action",
                "{ | message.data at line 1 column 2"
            })
    void whatIsNotAsDocumentedIsNamed(String data, String where) {
        String wrapped = Base64.getEncoder().encodeToString(bytes(data));
        String body = "{\"message\":{\"messageId\":\"1\",\"publishTime\":\"2026-11-20T09:00:00Z\",\"data\":\"%s\"}}"
                .formatted(wrapped);
        assertThat(google.send(bytes(body)))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.where()).isEqualTo(where));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
