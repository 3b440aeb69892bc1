package dev.lamella.client;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param items in the list's order
 * @param next asks for the following part; none at the end
 * @param <T> of what
 */
public record Listing<T>(List<T> items, Optional<String> next) {

    /** Copies the list. */
    public Listing {
        items = List.copyOf(items);
    }
}
