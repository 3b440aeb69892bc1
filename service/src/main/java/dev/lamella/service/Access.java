package dev.lamella.service;

import dev.lamella.client.Scope;

/** Who may use a route. */
sealed interface Access {

    /** Everybody. */
    Access OPEN = new Open();

    /** Everybody. */
    record Open() implements Access {}

    /**
     * Whoever has a scope; the session of the page counts for reading.
     *
     * @param scope the scope
     */
    record Needs(Scope scope) implements Access {}

    /** Whoever the route itself finds to be right: webhooks prove themselves in the way of their product. */
    record ByItself() implements Access {}

    /**
     * Whoever has a session of the page, or a certificate or the socket, and a scope; others are sent to sign in.
     *
     * @param scope the scope
     */
    record Page(Scope scope) implements Access {}
}
