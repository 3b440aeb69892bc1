package dev.lamella.webhook;

/**
 * Knows which events have been acted upon. Is only asked here, and told by whoever acts upon an event, in the same transaction as
 * the act: if it were told here, an event would be lost when the process dies in between. Two requests at the same moment may
 * therefore both be accepted; a unique key of hook and event in the durable queue settles that.
 *
 * <p>It must remember for at least {@link WebhookLimits#eventAgeSeconds}: events that say they are older are refused without asking.
 */
@FunctionalInterface
public interface ReplayGuard {

    /** Remembers nothing: every request counts as new. */
    ReplayGuard NONE = (hook, eventId) -> false;

    /**
     * Returns whether an event of a hook has been acted upon.
     *
     * @param hook the hook's name
     * @param eventId the event's ID, see {@link RegistryEvent#id}
     */
    boolean seen(String hook, String eventId);
}
