package dev.lamella.webhook;

import java.util.List;
import java.util.Map;

/** What a request is. The status named with each is what the products understand. Reasons are one printable line without secrets. */
public sealed interface WebhookVerdict {

    /**
     * Events to act upon: 202, once they are durably queued.
     *
     * @param events the events that are new, in the order of the payload; at least one
     */
    record Accepted(List<RegistryEvent> events) implements WebhookVerdict {

        /** Copies the list. */
        public Accepted {
            events = List.copyOf(events);
        }
    }

    /**
     * A good request with nothing to act upon, such as a ping, a pull, a layer or a chart: 200.
     *
     * @param reason why not
     */
    record Ignored(String reason) implements WebhookVerdict {}

    /**
     * The product wants to know whether we expect it: 200 with these headers and this body.
     *
     * @param headers the headers of the answer, its type among them
     * @param body the body of the answer; may be empty
     */
    record Challenge(Map<String, String> headers, String body) implements WebhookVerdict {

        /** Copies the headers. */
        public Challenge {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * The sender did not prove itself: 401. The answer should not tell the reason; a log may.
     *
     * @param reason what is missing or wrong
     */
    record Unauthorized(String reason) implements WebhookVerdict {}

    /**
     * A known sender sent what its product does not send: 400.
     *
     * @param reason what is wrong
     * @param where the field, the header or the part of the request
     */
    record Malformed(String reason, String where) implements WebhookVerdict {}

    /**
     * More than {@link WebhookLimits} allows: 413.
     *
     * @param reason what is too large
     */
    record TooLarge(String reason) implements WebhookVerdict {}

    /**
     * All its events have been acted upon, or are older than what is remembered: 200, so that it is not sent again.
     *
     * @param reason which of both
     */
    record Replayed(String reason) implements WebhookVerdict {}
}
