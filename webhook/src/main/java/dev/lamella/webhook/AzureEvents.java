package dev.lamella.webhook;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Azure Container Registry: its own webhooks, and Event Grid in both of its schemas with the handshake of each.
 *
 * @see <a href="https://learn.microsoft.com/en-us/azure/container-registry/container-registry-webhook-reference">Azure Container Registry
 *     webhook reference</a>
 * @see <a href="https://learn.microsoft.com/en-us/azure/event-grid/event-schema-container-registry">Event Grid, Azure Container
 *     Registry as a source</a>
 * @see <a href="https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema">Event Grid, endpoint
 *     validation</a>
 */
final class AzureEvents {

    private static final String VALIDATION = "Microsoft.EventGrid.SubscriptionValidationEvent";
    private static final String IMAGE_PUSHED = "Microsoft.ContainerRegistry.ImagePushed";
    private static final String IMAGE_DELETED = "Microsoft.ContainerRegistry.ImageDeleted";
    private static final String ORIGIN = "WebHook-Request-Origin";

    private AzureEvents() {}

    static WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException {
        if (delivery.request().method().equals("OPTIONS")) {
            return allowOrigin(delivery);
        }
        var findings = new Findings();
        if (CloudEvent.isIn(delivery)) {
            for (CloudEvent event : CloudEvent.read(delivery)) {
                read(delivery, event.type(), event.data(), findings);
            }
            return findings.verdict();
        }
        Payload body = delivery.json();
        if (!body.isList()) {
            DistributionEvents.read(delivery, body, findings);
            return findings.verdict();
        }
        List<Payload> events = body.objects(delivery.eventsMax());
        for (Payload event : events) {
            if (event.text("eventType").equals(VALIDATION)) {
                return validated(event.object("data").text("validationCode"));
            }
            read(delivery, event.text("eventType"), event.object("data"), findings);
        }
        return findings.verdict();
    }

    private static void read(Delivery delivery, String type, Payload data, Findings findings)
            throws MalformedPayloadException {
        if (type.equals(IMAGE_PUSHED) || type.equals(IMAGE_DELETED)) {
            DistributionEvents.read(delivery, data, findings);
        } else {
            findings.ignored("the event %s is about no image".formatted(Shown.of(type)));
        }
    }

    /** Answers the handshake of the Event Grid schema. */
    private static WebhookVerdict validated(String code) {
        String answer = JsonMapper.shared().writeValueAsString(Map.of("validationResponse", code));
        return new WebhookVerdict.Challenge(Map.of("Content-Type", "application/json"), answer);
    }

    /**
     * Answers the handshake of CloudEvents.
     *
     * @see <a href="https://github.com/cloudevents/spec/blob/v1.0/http-webhook.md">CloudEvents, HTTP 1.1 web hooks, abuse protection</a>
     */
    private static WebhookVerdict allowOrigin(Delivery delivery) throws MalformedPayloadException {
        Optional<String> origin = delivery.header(ORIGIN).filter(name -> name.matches("[A-Za-z0-9.:-]{1,253}"));
        if (origin.isEmpty()) {
            throw new MalformedPayloadException(ORIGIN, "missing or not the name of a host");
        }
        return new WebhookVerdict.Challenge(Map.of("WebHook-Allowed-Origin", origin.get(), "Allow", "POST"), "");
    }
}
