package dev.lamella.webhook;

import dev.lamella.webhook.Findings.Occurrence;
import java.util.Optional;

/**
 * Events of the Docker registry (distribution), which GitLab and Azure send as well.
 *
 * @see <a href="https://distribution.github.io/distribution/about/notifications/">Distribution, notifications</a>
 */
final class DistributionEvents {

    private static final int REFERENCES_MAX = 10_000;

    private DistributionEvents() {}

    /** Reads an envelope with a list of events. */
    static WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException {
        var findings = new Findings();
        for (Payload event : delivery.json().objects("events", delivery.eventsMax())) {
            read(delivery, event, findings);
        }
        return findings.verdict();
    }

    /** Reads an envelope of GitLab's registry. GitLab's own webhooks, project and system hooks, know nothing of images. */
    static WebhookVerdict decodeGitLab(Delivery delivery) throws MalformedPayloadException {
        return delivery.header("X-Gitlab-Event").isPresent()
                ? new WebhookVerdict.Ignored("a webhook of GitLab itself, which tells nothing of images; "
                        + "set up notifications of its container registry instead")
                : decode(delivery);
    }

    /** Reads one event. */
    static void read(Delivery delivery, Payload event, Findings findings) throws MalformedPayloadException {
        String action = event.text("action");
        if (!action.equals("push") && !action.equals("delete")) {
            findings.ignored("the action %s changes no tag".formatted(Shown.of(action)));
            return;
        }
        var occurrence = new Occurrence(EventIds.of(event.text("id")), event.time("timestamp"), actor(event));
        Payload target = event.object("target");
        if (action.equals("delete")) {
            findings.deleted(target(delivery, target), occurrence);
            return;
        }
        Optional<String> other = refusal(target);
        if (other.isPresent()) {
            findings.ignored(other.get());
        } else {
            findings.pushed(target(delivery, target), occurrence);
        }
    }

    /** Returns why what was pushed is no image; layers and configs are pushed with events of their own. */
    private static Optional<String> refusal(Payload target) throws MalformedPayloadException {
        Optional<String> refusal = ImageKinds.manifestRefusal(target.text("mediaType"));
        if (refusal.isPresent() || !target.has("references")) {
            return refusal;
        }
        // Only with includereferences does the registry tell what a manifest holds, and so whether it is a chart.
        for (Payload reference : target.objects("references", REFERENCES_MAX)) {
            Optional<String> mediaType = reference.optionalText("mediaType").filter(ImageKinds::isConfig);
            if (mediaType.isPresent()) {
                return ImageKinds.configRefusal(mediaType.get());
            }
        }
        return refusal;
    }

    private static EventTarget target(Delivery delivery, Payload target) throws MalformedPayloadException {
        return EventTarget.of(
                delivery.registry(Optional.empty()),
                target.text("repository"),
                target.optionalText("tag"),
                target.optionalText("digest"));
    }

    private static Optional<String> actor(Payload event) throws MalformedPayloadException {
        return event.has("actor") ? Delivery.actor(event.object("actor").optionalText("name")) : Optional.empty();
    }
}
