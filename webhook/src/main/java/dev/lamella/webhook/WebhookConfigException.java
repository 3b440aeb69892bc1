package dev.lamella.webhook;

/** A hook is configured in a way that cannot work. The message is one line without any secret. */
public final class WebhookConfigException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    WebhookConfigException(String message) {
        super(message);
    }
}
