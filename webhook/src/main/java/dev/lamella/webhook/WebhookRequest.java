package dev.lamella.webhook;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The head of an HTTP request.
 *
 * @param method the method, in capital letters
 * @param pathSuffix what follows the hook's own path, as it was sent, without the query: empty, or a slash and perhaps a secret
 * @param headers the headers; names are compared without regard to case
 */
public record WebhookRequest(String method, String pathSuffix, Map<String, List<String>> headers) {

    /** Copies the headers. */
    public WebhookRequest {
        var copy = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.merge(name, List.copyOf(values), WebhookRequest::both));
        headers = Collections.unmodifiableMap(copy);
    }

    private static List<String> both(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /** Returns the value of a header that is there once; one that is there twice means nothing, as nobody knows which one counts. */
    Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    /** Does not show values: they hold secrets. */
    @Override
    public String toString() {
        return "%s with headers %s".formatted(method, headers.keySet());
    }
}
