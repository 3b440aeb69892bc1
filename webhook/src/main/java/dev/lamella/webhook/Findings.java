package dev.lamella.webhook;

import dev.lamella.webhook.RegistryEvent.Deleted;
import dev.lamella.webhook.RegistryEvent.Pushed;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what a payload holds: events, each once, and the first reason why something in it is none. */
final class Findings {

    private final Map<String, RegistryEvent> events = new LinkedHashMap<>();
    private Optional<String> reason = Optional.empty();

    /**
     * What happened to a target, apart from the act itself.
     *
     * @param id the event's ID
     * @param time when
     * @param actor who
     */
    record Occurrence(String id, Instant time, Optional<String> actor) {}

    void pushed(EventTarget target, Occurrence occurrence) {
        if (target.tag().isEmpty()) {
            ignored("a manifest pushed without a tag, as those of an index are");
        } else if (ImageKinds.isAttachment(target.tag().get())) {
            ignored("the tag %s holds a signature or another attachment, not an image"
                    .formatted(target.tag().get()));
        } else {
            add(new Pushed(occurrence.id(), target, occurrence.time(), occurrence.actor()));
        }
    }

    void deleted(EventTarget target, Occurrence occurrence) {
        add(new Deleted(occurrence.id(), target, occurrence.time(), occurrence.actor()));
    }

    private void add(RegistryEvent event) {
        events.putIfAbsent(event.id(), event);
    }

    void ignored(String why) {
        reason = reason.or(() -> Optional.of(why));
    }

    WebhookVerdict verdict() {
        return events.isEmpty()
                ? new WebhookVerdict.Ignored(reason.orElse("no events in it"))
                : new WebhookVerdict.Accepted(List.copyOf(events.values()));
    }
}
