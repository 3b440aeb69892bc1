package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.digest;
import static dev.lamella.webhook.Sender.event;
import static dev.lamella.webhook.Sender.events;
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
import org.junit.jupiter.params.provider.ValueSource;

class HarborEventsTest {

    private static final String STRUCTURED = "application/cloudevents+json; charset=UTF-8";

    private final Sender harbor = new Sender(WebhookProduct.HARBOR);

    @Test
    void aPush() {
        assertThat(event(harbor.send("harbor-push"))).isInstanceOfSatisfying(Pushed.class, pushed -> {
            assertThat(pushed.target()).hasToString("harbor.example.com/library/app:1.4@" + digest('a'));
            assertThat(pushed.time()).isEqualTo(Instant.parse("2026-11-20T09:00:00Z"));
            assertThat(pushed.actor()).hasValue("admin");
        });
    }

    @Test
    void aDeletion() {
        assertThat(event(harbor.send("harbor-delete"))).isInstanceOfSatisfying(Deleted.class, deleted -> {
            assertThat(deleted.target()).hasToString("harbor.example.com/library/app:1.4@" + digest('a'));
            assertThat(deleted.actor()).hasValue("bob");
        });
    }

    @Test
    void theConfiguredRegistryCounts() {
        assertThat(event(harbor.registry("images.example.com:8443").send("harbor-push"))
                        .target()
                        .registry())
                .isEqualTo("images.example.com:8443");
    }

    @ParameterizedTest
    @ValueSource(strings = {"harbor-pull", "harbor-quota", "harbor-push-untagged"})
    void theRestIsIgnored(String payload) {
        assertThat(ignored(harbor.send(payload))).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({"harbor-cloudevents-push, true", "harbor-cloudevents-delete, false"})
    void structuredCloudEvents(String payload, boolean push) {
        RegistryEvent event = event(harbor.header("Content-Type", STRUCTURED).send(payload));
        assertThat(event).isInstanceOf(push ? Pushed.class : Deleted.class);
        assertThat(event.id()).startsWith("/projects/1/webhook/policies/3/4b2f89a6-548d-4c12-9993-a1f5790b97d");
        assertThat(event.target()).hasToString("harbor.example.com/library/app:1.4@" + digest('a'));
        assertThat(event.actor()).hasValue("alice");
    }

    @Test
    void aBatchOfCloudEvents() {
        String one = text("harbor-cloudevents-push");
        String batch = "[%s,%s,%s]".formatted(one, text("harbor-cloudevents-delete"), text("harbor-cloudevents-scan"));
        harbor.header("Content-Type", "application/cloudevents-batch+json");
        assertThat(events(harbor.send(bytes(batch)))).hasSize(2);
        // The same event twice in a batch is one.
        assertThat(events(harbor.send(bytes("[%s,%s]".formatted(one, one))))).hasSize(1);
    }

    @Test
    void binaryCloudEvents() {
        String whole = text("harbor-cloudevents-push");
        String data = whole.substring(whole.indexOf("\"data\": ") + 8, whole.lastIndexOf('}'));
        harbor.header("Content-Type", "application/json")
                .header("ce-specversion", "1.0")
                .header("ce-type", "harbor.artifact.pushed")
                .header("ce-source", "/projects/1")
                .header("ce-id", "77")
                .header("ce-operator", "alice")
                .header("ce-time", "2026-11-20T09:00:00Z");
        RegistryEvent event = event(harbor.send(bytes(data)));
        assertThat(event.id()).isEqualTo("/projects/1/77/0");
        assertThat(event.actor()).hasValue("alice");
        assertThat(harbor.header("ce-specversion", "0.3").send(bytes(data)))
                .isEqualTo(new Malformed("\"0.3\", expected 1.0", "specversion"));
    }

    @Test
    void dataInBase64() {
        String whole = text("harbor-cloudevents-push");
        int at = whole.indexOf("\"data\": ");
        String data = Base64.getEncoder().encodeToString(bytes(whole.substring(at + 8, whole.lastIndexOf('}'))));
        String wrapped = whole.substring(0, at) + "\"data_base64\": \"" + data + "\"}";
        harbor.header("Content-Type", STRUCTURED);
        assertThat(event(harbor.send(bytes(wrapped))).target().tag()).hasValue("1.4");
        assertThat(harbor.send(bytes(wrapped.replace(data, "%%"))))
                .isEqualTo(new Malformed("not base64", "data_base64"));
    }

    @Test
    void aScanIsIgnoredAndAnEventWithoutSourceIsNone() {
        harbor.header("Content-Type", STRUCTURED);
        assertThat(ignored(harbor.send("harbor-cloudevents-scan"))).contains("harbor.scan.completed");
        String without = text("harbor-cloudevents-push").replace("\"source\"", "\"sauce\"");
        assertThat(harbor.send(bytes(without)))
                .isInstanceOfSatisfying(
                        Malformed.class,
                        malformed -> assertThat(malformed.where()).isEqualTo("source"));
    }

    private static String text(String payload) {
        return new String(Sender.payload(payload), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
