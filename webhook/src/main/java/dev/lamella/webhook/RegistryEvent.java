package dev.lamella.webhook;

import dev.lamella.oci.Reference;
import java.time.Instant;
import java.util.Optional;

/** Something a registry says has happened to an image. A hint, not a proof: who acts upon it asks the registry first. */
public sealed interface RegistryEvent {

    /**
     * Returns what tells this event from all others of its hook: printable, at most 200 characters. The same event sent again has the same
     * ID, except for Quay, see {@link WebhookProduct#QUAY}.
     */
    String id();

    /** Returns what it is about. */
    EventTarget target();

    /** Returns when it happened by the registry's clock; when the request came, if the product does not say. */
    Instant time();

    /** Returns who did it, if the product says: at most 200 characters, none of them a control character. */
    Optional<String> actor();

    /**
     * A tag was set.
     *
     * @param id see {@link RegistryEvent#id}
     * @param target the tag, and the manifest it was set to, if told
     * @param time see {@link RegistryEvent#time}
     * @param actor see {@link RegistryEvent#actor}
     */
    record Pushed(String id, EventTarget target, Instant time, Optional<String> actor) implements RegistryEvent {

        /** Checks that there is a tag. */
        public Pushed {
            if (target.tag().isEmpty()) {
                throw new IllegalArgumentException("a push without a tag: " + target);
            }
        }

        /** Returns the image by its tag. */
        public Reference reference() {
            return target.reference().orElseThrow();
        }
    }

    /**
     * A tag, a manifest with all its tags, or a whole repository was deleted. With tag and digest, products differ in whether the manifest
     * is gone or only the tag; the registry knows.
     *
     * @param id see {@link RegistryEvent#id}
     * @param target what was deleted
     * @param time see {@link RegistryEvent#time}
     * @param actor see {@link RegistryEvent#actor}
     */
    record Deleted(String id, EventTarget target, Instant time, Optional<String> actor) implements RegistryEvent {}
}
