package dev.lamella.service;

import dev.lamella.client.Scope;
import java.util.Set;

/**
 * Who asks.
 *
 * @param name as the audit log shows it: {@code token:NAME}, {@code certificate:NAME}, {@code local:USER}
 * @param scopes what he may do
 */
record Principal(String name, Set<Scope> scopes) {

    Principal {
        scopes = Set.copyOf(scopes);
    }

    static Principal token(String name, Set<Scope> scopes) {
        return new Principal("token:" + name, scopes);
    }

    static Principal certificate(String name, Set<Scope> scopes) {
        return new Principal("certificate:" + name, scopes);
    }

    /** Whoever may write to the service's socket may do what its user may do. */
    static Principal local(String user) {
        return new Principal("local:" + user, Set.of(Scope.ADMIN));
    }

    boolean may(Scope wanted) {
        return scopes.stream().anyMatch(scope -> scope.includes(wanted));
    }
}
