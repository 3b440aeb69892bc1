package dev.lamella.webhook;

import static dev.lamella.webhook.Sender.event;
import static dev.lamella.webhook.Sender.events;
import static dev.lamella.webhook.Sender.ignored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.webhook.RegistryEvent.Pushed;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuayEventsTest {

    private final Sender quay = new Sender(WebhookProduct.QUAY);

    @Test
    void eachTagIsAPush() {
        assertThat(events(quay.send("quay-push")))
                .allMatch(Pushed.class::isInstance)
                .extracting(event -> event.target().toString())
                .containsExactly("quay.example.com/team/app:latest", "quay.example.com/team/app:1.4");
    }

    @Test
    void tagsAsNamesOfFields() {
        assertThat(event(quay.send("quay-push-map")).target()).hasToString("quay.example.com/team/app:latest");
    }

    @Test
    void aSecondPushOfATagIsNotTakenForAReplay() {
        var seen = new HashSet<String>();
        quay.guard((_, id) -> seen.contains(id));
        events(quay.send("quay-push")).forEach(event -> seen.add(event.id()));
        assertThat(events(quay.at(Sender.NOW.plusNanos(1)).send("quay-push"))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"quay-build", "quay-vulnerability"})
    void theRestIsIgnored(String payload) {
        assertThat(ignored(quay.send(payload))).contains("updated_tags");
    }
}
