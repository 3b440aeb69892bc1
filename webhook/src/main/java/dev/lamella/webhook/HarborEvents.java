package dev.lamella.webhook;

import dev.lamella.webhook.Findings.Occurrence;
import java.util.List;
import java.util.Optional;

/**
 * Webhooks of Harbor, in its own format and as CloudEvents.
 *
 * @see <a href="https://goharbor.io/docs/edge/working-with-projects/project-configuration/configure-webhooks/">Harbor, configure
 *     webhook notifications</a>
 */
final class HarborEvents {

    private HarborEvents() {}

    static WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException {
        var findings = new Findings();
        if (CloudEvent.isIn(delivery)) {
            for (CloudEvent event : CloudEvent.read(delivery)) {
                Optional<String> actor = Delivery.actor(event.extension("operator"));
                var occurrence = new Occurrence(event.id(), event.time(), actor);
                act(event.type(), new Scene(delivery, event.data(), occurrence), findings);
            }
            return findings.verdict();
        }
        Payload body = delivery.json();
        String type = body.text("type");
        if (isPush(type) || isDelete(type)) {
            Optional<String> actor = Delivery.actor(body.optionalText("operator"));
            var occurrence = new Occurrence(delivery.body().hash(), body.unixTime("occur_at"), actor);
            act(type, new Scene(delivery, body.object("event_data"), occurrence), findings);
        } else {
            findings.ignored(otherwise(type));
        }
        return findings.verdict();
    }

    /** The data of one event, which are the same in both formats, and what it came with. */
    private record Scene(Delivery delivery, Payload data, Occurrence occurrence) {}

    private static boolean isPush(String type) {
        return type.equals("PUSH_ARTIFACT") || type.equals("harbor.artifact.pushed");
    }

    private static boolean isDelete(String type) {
        return type.equals("DELETE_ARTIFACT") || type.equals("harbor.artifact.deleted");
    }

    private static String otherwise(String type) {
        return "the event %s is neither a push nor a deletion of an artifact".formatted(Shown.of(type));
    }

    private static void act(String type, Scene scene, Findings findings) throws MalformedPayloadException {
        if (!isPush(type) && !isDelete(type)) {
            findings.ignored(otherwise(type));
            return;
        }
        String repository = scene.data().object("repository").text("repo_full_name");
        List<Payload> resources =
                scene.data().objects("resources", scene.delivery().eventsMax());
        for (int i = 0; i < resources.size(); i++) {
            EventTarget target = target(scene.delivery(), repository, resources.get(i));
            Occurrence whole = scene.occurrence();
            var occurrence = new Occurrence(EventIds.of(whole.id(), Integer.toString(i)), whole.time(), whole.actor());
            if (isPush(type)) {
                findings.pushed(target, occurrence);
            } else {
                findings.deleted(target, occurrence);
            }
        }
    }

    private static EventTarget target(Delivery delivery, String repository, Payload resource)
            throws MalformedPayloadException {
        Optional<String> host = Delivery.hostOf(resource.optionalText("resource_url"));
        // An artifact without a tag has its digest where the tag would be.
        Optional<String> tag = resource.optionalText("tag").filter(text -> text.indexOf(':') < 0);
        return EventTarget.of(delivery.registry(host), repository, tag, resource.optionalText("digest"));
    }
}
