package dev.lamella.webhook;

import dev.lamella.webhook.Findings.Occurrence;
import java.util.Optional;

/**
 * Repository notifications of Quay.
 *
 * @see <a href="https://docs.redhat.com/en/documentation/red_hat_quay/3/html/use_red_hat_quay/repository-notifications">Quay,
 *     repository notifications</a>
 */
final class QuayEvents {

    private QuayEvents() {}

    static WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException {
        Payload body = delivery.json();
        String repository = body.text("repository");
        var findings = new Findings();
        if (!body.has("updated_tags")) {
            findings.ignored("without updated_tags, so not a push");
            return findings.verdict();
        }
        Optional<String> host = Delivery.hostOf(body.optionalText("docker_url"));
        for (String tag : body.textsOrNames("updated_tags", delivery.eventsMax())) {
            EventTarget target =
                    EventTarget.of(delivery.registry(host), repository, Optional.of(tag), Optional.empty());
            // Two pushes of a tag have the same body. Only the moment tells them apart.
            String id =
                    EventIds.of(delivery.body().hash(), delivery.receivedAt().toString(), tag);
            findings.pushed(target, new Occurrence(id, delivery.receivedAt(), Optional.empty()));
        }
        return findings.verdict();
    }
}
