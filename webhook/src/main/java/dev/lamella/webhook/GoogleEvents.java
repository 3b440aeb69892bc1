package dev.lamella.webhook;

import dev.lamella.webhook.Findings.Occurrence;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Notifications of Artifact Registry, which a Pub/Sub push subscription wraps, or sends bare with its own data in headers.
 *
 * @see <a href="https://cloud.google.com/artifact-registry/docs/configure-notifications">Artifact Registry, Pub/Sub
 *     notifications</a>
 * @see <a href="https://cloud.google.com/pubsub/docs/push">Pub/Sub, push subscriptions</a>
 */
final class GoogleEvents {

    private static final String MESSAGE_ID = "x-goog-pubsub-message-id";
    private static final String PUBLISH_TIME = "x-goog-pubsub-publish-time";

    private GoogleEvents() {}

    static WebhookVerdict decode(Delivery delivery) throws MalformedPayloadException {
        Payload body = delivery.json();
        var findings = new Findings();
        if (!body.has("message") && body.has("action")) {
            read(delivery, body, bare(delivery), findings);
            return findings.verdict();
        }
        Payload message = body.object("message");
        if (message.optionalText("data").isEmpty()) {
            findings.ignored("a message without data");
            return findings.verdict();
        }
        var occurrence =
                new Occurrence(EventIds.of(message.text("messageId")), message.time("publishTime"), Optional.empty());
        read(delivery, unwrapped(delivery, message), occurrence, findings);
        return findings.verdict();
    }

    private static Payload unwrapped(Delivery delivery, Payload message) throws MalformedPayloadException {
        try {
            return delivery.body().inner(Base64.getDecoder().decode(message.text("data")), "message.data");
        } catch (IllegalArgumentException _) {
            throw message.wrong("data", "not base64");
        }
    }

    private static Occurrence bare(Delivery delivery) throws MalformedPayloadException {
        Optional<String> id = delivery.header(MESSAGE_ID);
        Optional<String> time = delivery.header(PUBLISH_TIME);
        if (id.isEmpty() || time.isEmpty()) {
            throw new MalformedPayloadException(
                    id.isEmpty() ? MESSAGE_ID : PUBLISH_TIME,
                    "missing; let the push subscription write metadata, or wrap its payload");
        }
        Instant published = Payload.parseTime(PUBLISH_TIME, time.get());
        return new Occurrence(EventIds.of(id.get()), published, Optional.empty());
    }

    private static void read(Delivery delivery, Payload change, Occurrence occurrence, Findings findings)
            throws MalformedPayloadException {
        String action = change.text("action");
        if (!action.equals("INSERT") && !action.equals("DELETE")) {
            findings.ignored("the action %s is neither INSERT nor DELETE".formatted(Shown.of(action)));
            return;
        }
        Optional<String> tagged = change.optionalText("tag");
        Optional<String> digested = change.optionalText("digest");
        Optional<String> first = digested.or(() -> tagged);
        if (first.isEmpty()) {
            throw change.wrong("digest", "missing, and so is tag");
        }
        String name = name(change, first.get());
        if (tagged.isPresent() && !name(change, tagged.get()).equals(name)) {
            throw change.wrong("tag", "is about another image than digest");
        }
        int slash = name.indexOf('/');
        EventTarget target = EventTarget.of(
                delivery.registry(Optional.of(name.substring(0, slash))),
                name.substring(slash + 1),
                tagged.map(text -> text.substring(text.lastIndexOf(':') + 1)),
                digested.map(text -> text.substring(text.indexOf('@') + 1)));
        if (action.equals("INSERT")) {
            findings.pushed(target, occurrence);
        } else {
            findings.deleted(target, occurrence);
        }
    }

    /** Returns registry and repository of {@code HOST/PATH@DIGEST} or {@code HOST/PATH:TAG}. */
    private static String name(Payload change, String image) throws MalformedPayloadException {
        int at = image.indexOf('@');
        int end = at < 0 ? image.lastIndexOf(':') : at;
        int slash = image.indexOf('/');
        if (slash < 1 || end <= slash + 1) {
            throw change.wrong("", Shown.of(image) + ", expected HOST/PATH:TAG or HOST/PATH@DIGEST");
        }
        return image.substring(0, end);
    }
}
