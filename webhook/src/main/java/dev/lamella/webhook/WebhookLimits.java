package dev.lamella.webhook;

/**
 * What a request may have at most.
 *
 * @param bodyBytes bytes of the body
 * @param headers header lines
 * @param headerChars characters of a header's value
 * @param events events of one request
 * @param nesting depth of the JSON
 * @param textChars characters of a text that is used; those that are not used are bounded by the body
 * @param eventAgeSeconds how long ago an event may have happened by its own time; must not be longer than what was seen is remembered
 * @param clockSkewSeconds how far the sender's clock may be ahead
 */
public record WebhookLimits(
        int bodyBytes,
        int headers,
        int headerChars,
        int events,
        int nesting,
        int textChars,
        long eventAgeSeconds,
        long clockSkewSeconds) {

    /** Limits that all products keep, and seven days for a sender that could not reach us. */
    public static final WebhookLimits DEFAULT =
            new WebhookLimits(1 << 20, 100, 8192, 256, 32, 2048, 7 * 24 * 3600L, 600);

    /** Checks that there is room for something. */
    public WebhookLimits {
        if (Math.min(Math.min(bodyBytes, headers), Math.min(headerChars, events)) < 1
                || Math.min(nesting, textChars) < 1
                || eventAgeSeconds < 1
                || clockSkewSeconds < 0) {
            throw new WebhookConfigException("a limit of a webhook is zero or less");
        }
    }

    /** Returns these limits with another size of the body, in bytes. */
    public WebhookLimits withBodyBytes(int bytes) {
        return new WebhookLimits(
                bytes, headers, headerChars, events, nesting, textChars, eventAgeSeconds, clockSkewSeconds);
    }

    /** Returns these limits with another number of events. */
    public WebhookLimits withEvents(int count) {
        return new WebhookLimits(
                bodyBytes, headers, headerChars, count, nesting, textChars, eventAgeSeconds, clockSkewSeconds);
    }

    /** Returns these limits with another age of events, in seconds. */
    public WebhookLimits withEventAgeSeconds(long seconds) {
        return new WebhookLimits(
                bodyBytes, headers, headerChars, events, nesting, textChars, seconds, clockSkewSeconds);
    }
}
