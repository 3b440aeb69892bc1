package dev.lamella.webhook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The CloudEvents envelope, version 1.0, as HTTP carries it: binary, structured as JSON, or a batch.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">CloudEvents, HTTP
 *     protocol binding</a>
 */
final class CloudEvent {

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String BINARY = "ce-";

    private final Attributes attributes;
    private final Payload data;

    private CloudEvent(Attributes attributes, Payload data) {
        this.attributes = attributes;
        this.data = data;
    }

    /** Where the attributes of an event are. */
    @FunctionalInterface
    private interface Attributes {
        Optional<String> find(String name) throws MalformedPayloadException;
    }

    /** Returns whether a request says it carries such events. */
    static boolean isIn(Delivery delivery) {
        String type = mediaType(delivery);
        return type.equals(STRUCTURED)
                || type.equals(BATCH)
                || delivery.header(BINARY + "specversion").isPresent();
    }

    /** Reads the events of a request for which {@link #isIn} holds. */
    static List<CloudEvent> read(Delivery delivery) throws MalformedPayloadException {
        Payload body = delivery.json();
        String type = mediaType(delivery);
        var events = new ArrayList<CloudEvent>();
        if (type.equals(BATCH)) {
            for (Payload event : body.objects(delivery.eventsMax())) {
                events.add(structured(delivery, event));
            }
        } else if (type.equals(STRUCTURED)) {
            events.add(structured(delivery, body));
        } else {
            events.add(checked(new CloudEvent(name -> delivery.header(BINARY + name), body)));
        }
        return events;
    }

    private static CloudEvent structured(Delivery delivery, Payload event) throws MalformedPayloadException {
        Payload data = event.has("data_base64") ? unwrapped(delivery, event) : event.object("data");
        return checked(new CloudEvent(event::optionalText, data));
    }

    private static Payload unwrapped(Delivery delivery, Payload event) throws MalformedPayloadException {
        try {
            return delivery.body().inner(Base64.getDecoder().decode(event.longText("data_base64")), "data_base64");
        } catch (IllegalArgumentException _) {
            throw event.wrong("data_base64", "not base64");
        }
    }

    private static CloudEvent checked(CloudEvent event) throws MalformedPayloadException {
        String version = event.attribute("specversion");
        if (!version.equals("1.0")) {
            throw new MalformedPayloadException("specversion", Shown.of(version) + ", expected 1.0");
        }
        return event;
    }

    private static String mediaType(Delivery delivery) {
        String type = delivery.header("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    private String attribute(String name) throws MalformedPayloadException {
        Optional<String> value = attributes.find(name).filter(text -> !text.isEmpty());
        if (value.isEmpty()) {
            throw new MalformedPayloadException(name, "an attribute that every CloudEvent has is missing");
        }
        return value.get();
    }

    /** Returns an ID: only source and id together tell an event from all others. */
    String id() throws MalformedPayloadException {
        return EventIds.of(attribute("source"), attribute("id"));
    }

    String type() throws MalformedPayloadException {
        return attribute("type");
    }

    Instant time() throws MalformedPayloadException {
        return Payload.parseTime("time", attribute("time"));
    }

    Optional<String> extension(String name) throws MalformedPayloadException {
        return attributes.find(name);
    }

    Payload data() {
        return data;
    }
}
