package dev.lamella.testkit;

import java.util.Map;
import java.util.Optional;

/**
 * One request a {@link TestRegistry} answered.
 *
 * @param method the method
 * @param target path and query, as sent
 * @param headers the request's headers, names in lower case
 * @param body the request's body
 * @param status the answer's status; 0 if the connection was dropped
 * @param connection the number of the connection, so that a test can see connections being reused
 */
public record RegistryAccess(
        String method, String target, Map<String, String> headers, String body, int status, int connection) {

    /** Returns a header by its lower-case name. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Returns whether this asked for content of a blob. */
    public boolean isBlobGet() {
        return method.equals("GET") && target.contains("/blobs/");
    }

    /** Returns whether this asked for content of a manifest. */
    public boolean isManifestGet() {
        return method.equals("GET") && target.contains("/manifests/");
    }

    /** Returns the line of an access log. */
    public String line() {
        return "%s %s %d".formatted(method, target, status);
    }
}
