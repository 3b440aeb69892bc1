package dev.lamella.webhook;

import dev.lamella.webhook.WebhookVerdict.Accepted;
import dev.lamella.webhook.WebhookVerdict.Malformed;
import dev.lamella.webhook.WebhookVerdict.Replayed;
import dev.lamella.webhook.WebhookVerdict.TooLarge;
import dev.lamella.webhook.WebhookVerdict.Unauthorized;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/**
 * One configured hook.
 *
 * <pre>{@code
 * var hook = new Webhook(config, queue::hasEvent);
 * switch (hook.receive(request, body, clock.instant())) {
 *     case Accepted accepted -> queue.add(accepted.events());
 *     ...
 * }
 * }</pre>
 *
 * <p>May be used by many threads at once.
 */
public final class Webhook {

    private final WebhookConfig config;
    private final ReplayGuard guard;
    private final PayloadReader reader;
    private final Authenticator authenticator;

    /**
     * Makes a hook ready.
     *
     * @param config what sends, and how it proves itself
     * @param guard knows which events have been acted upon
     */
    public Webhook(WebhookConfig config, ReplayGuard guard) {
        this.config = config;
        this.guard = guard;
        this.reader = new PayloadReader(config.limits());
        this.authenticator = new Authenticator(config.authentication(), reader, config.limits());
    }

    /** Returns what was configured. */
    public WebhookConfig config() {
        return config;
    }

    /**
     * Says what a request is. Sizes are looked at first, then the sender, then what was sent.
     *
     * @param request the head
     * @param body the body, at most one byte more than the limit allows: the caller should read no more. Is not changed
     * @param now the time
     */
    public WebhookVerdict receive(WebhookRequest request, byte[] body, Instant now) {
        Optional<String> excess = excess(request, body.length);
        if (excess.isPresent()) {
            return new TooLarge(excess.get());
        }
        Optional<String> refusal = authenticator.refusal(request, body, now);
        if (refusal.isPresent()) {
            return new Unauthorized(refusal.get());
        }
        try {
            boolean secretPath = config.authentication().way() == WebhookAuthentication.Way.SECRET_PATH;
            if (!secretPath
                    && !request.pathSuffix().isEmpty()
                    && !request.pathSuffix().equals("/")) {
                throw new MalformedPayloadException("path", "nothing may follow the webhook's name");
            }
            var delivery = new Delivery(config, request, new RawBody(body, reader), now);
            WebhookVerdict verdict = config.product().decoder().decode(delivery);
            return verdict instanceof Accepted accepted ? sift(accepted, now) : verdict;
        } catch (MalformedPayloadException e) {
            return new Malformed(e.reason(), e.where());
        }
    }

    private Optional<String> excess(WebhookRequest request, int bodyBytes) {
        WebhookLimits limits = config.limits();
        if (bodyBytes > limits.bodyBytes()) {
            return Optional.of("the body has more than %d bytes".formatted(limits.bodyBytes()));
        }
        int lines = 0;
        for (var header : request.headers().entrySet()) {
            for (String value : header.getValue()) {
                lines++;
                if (value.length() > limits.headerChars()) {
                    return Optional.of("the header %s has more than %d characters"
                            .formatted(Shown.of(header.getKey()), limits.headerChars()));
                }
            }
        }
        return lines > limits.headers()
                ? Optional.of("more than %d headers".formatted(limits.headers()))
                : Optional.empty();
    }

    /** Leaves out what has been acted upon, or is so old that nobody can tell whether it has. */
    private WebhookVerdict sift(Accepted accepted, Instant now) throws MalformedPayloadException {
        WebhookLimits limits = config.limits();
        Instant oldest = now.minusSeconds(limits.eventAgeSeconds());
        Instant newest = now.plusSeconds(limits.clockSkewSeconds());
        var fresh = new ArrayList<RegistryEvent>();
        String reason = "";
        for (RegistryEvent event : accepted.events()) {
            if (event.time().isAfter(newest)) {
                throw new MalformedPayloadException(
                        "time",
                        "%s is in the future; is the clock of the registry, or ours, wrong?".formatted(event.time()));
            }
            if (event.time().isBefore(oldest)) {
                reason =
                        "the event of %s is more than %d seconds old".formatted(event.time(), limits.eventAgeSeconds());
            } else if (guard.seen(config.name(), event.id())) {
                reason = "the event %s has been acted upon".formatted(event.id());
            } else {
                fresh.add(event);
            }
        }
        return fresh.isEmpty() ? new Replayed(reason) : new Accepted(fresh);
    }
}
