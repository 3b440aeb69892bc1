package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.digest;
import static dev.lamella.webhook.Sender.event;
import static dev.lamella.webhook.Sender.events;
import static dev.lamella.webhook.Sender.ignored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.RegistryEvent.Deleted;
import dev.lamella.webhook.RegistryEvent.Pushed;
import dev.lamella.webhook.WebhookVerdict.Challenge;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import dev.lamella.webhook.WebhookVerdict.Unauthorized;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AzureEventsTest {

    private final Sender azure = new Sender(WebhookProduct.AZURE_ACR).registry("example.azurecr.io");

    @Test
    void aPushAndADeletion() {
        assertThat(event(azure.send("azure-push")))
                .isInstanceOfSatisfying(
                        Pushed.class,
                        pushed -> assertThat(pushed.target())
                                .hasToString("example.azurecr.io/team/app:1.4@" + digest('a')));
        assertThat(event(azure.send("azure-delete")))
                .isInstanceOfSatisfying(
                        Deleted.class,
                        deleted ->
                                assertThat(deleted.target()).hasToString("example.azurecr.io/team/app@" + digest('a')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-ping", "azure-chart"})
    void theRestIsIgnored(String payload) {
        assertThat(ignored(azure.send(payload))).contains("changes no tag");
    }

    @Test
    void eventGridSendsLists() {
        assertThat(events(azure.send("azure-event-grid")))
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Pushed", "Deleted");
    }

    @Test
    void eventGridSendsCloudEvents() {
        azure.header("Content-Type", "application/cloudevents+json; charset=utf-8");
        assertThat(event(azure.send("azure-cloudevents-push")).target().tag()).hasValue("1.4");
    }

    @Test
    void theHandshakeOfEventGridIsAnswered() {
        azure.header("aeg-event-type", "SubscriptionValidation");
        assertThat(azure.send("azure-event-grid-validation")).isInstanceOfSatisfying(Challenge.class, challenge -> {
            assertThat(challenge.headers()).containsEntry("Content-Type", "application/json");
            assertThat(challenge.body()).isEqualTo("{\"validationResponse\":\"512d38b6-c7b8-40c8-89fe-f46f9e9622b6\"}");
        });
    }

    @Test
    void theHandshakeOfCloudEventsIsAnswered() {
        azure.method("OPTIONS").header("WebHook-Request-Origin", "eventgrid.azure.net");
        assertThat(azure.send(new byte[0])).isInstanceOfSatisfying(Challenge.class, challenge -> {
            assertThat(challenge.headers()).containsEntry("WebHook-Allowed-Origin", "eventgrid.azure.net");
            assertThat(challenge.body()).isEmpty();
        });
        assertThat(azure.header("WebHook-Request-Origin", "a\r\nSet-Cookie: b").send(new byte[0]))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void nobodyElseIsAnswered() {
        azure.header("authorization", "Bearer somebody-elses-token");
        assertThat(azure.send("azure-event-grid-validation")).isInstanceOf(Unauthorized.class);
        assertThat(azure.method("OPTIONS")
                        .header("WebHook-Request-Origin", "eventgrid.azure.net")
                        .send(new byte[0]))
                .isInstanceOf(Unauthorized.class);
    }
}
