package dev.lamella.service;

import dev.lamella.policy.PublicationSource;

/** The ways by which jobs come, as they are written in jobs, and what the policy calls them. */
final class Sources {

    static final String API = "api";
    static final String PAGE = "page";
    static final String RETENTION = "retention";
    private static final String WEBHOOK = "webhook:";

    private Sources() {}

    static String webhook(String name) {
        return WEBHOOK + name;
    }

    static boolean isWebhook(String source) {
        return source.startsWith(WEBHOOK);
    }

    /** The page is a way to use the API. */
    static PublicationSource of(String source) {
        return isWebhook(source) ? new PublicationSource(source) : PublicationSource.API;
    }
}
