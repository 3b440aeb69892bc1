package dev.lamella.webhook;

import java.time.Instant;
import java.util.Optional;

/**
 * A request of a known sender, on its way to become events.
 *
 * @param config the hook
 * @param request its head
 * @param body its body
 * @param receivedAt when it came
 */
record Delivery(WebhookConfig config, WebhookRequest request, RawBody body, Instant receivedAt) {

    private static final int ACTOR_CHARS_MAX = 200;

    int eventsMax() {
        return config.limits().events();
    }

    Optional<String> header(String name) {
        return request.header(name);
    }

    /** Returns the body of a POST. */
    Payload json() throws MalformedPayloadException {
        if (!request.method().equals("POST")) {
            throw new MalformedPayloadException("method", Shown.of(request.method()) + ", expected POST");
        }
        return body.json();
    }

    /** Returns the registry that events are about: the one configured, or else the one the payload tells. */
    String registry(Optional<String> told) throws MalformedPayloadException {
        Optional<String> registry = config.registry().or(() -> told);
        if (registry.isEmpty()) {
            throw new MalformedPayloadException(
                    "registry", "the payload does not tell the registry's name; configure registry for this webhook");
        }
        return registry.get();
    }

    /** Returns the registry of {@code HOST/PATH}. */
    static Optional<String> hostOf(Optional<String> image) {
        return image.filter(text -> text.indexOf('/') > 0).map(text -> text.substring(0, text.indexOf('/')));
    }

    /** Returns a name of somebody as it may stand in a log: short, and without what could fool a terminal. */
    static Optional<String> actor(Optional<String> name) {
        return name.map(text -> text.substring(0, Math.min(text.length(), ACTOR_CHARS_MAX)))
                .map(text -> text.replaceAll("\\p{C}", "?"));
    }
}
