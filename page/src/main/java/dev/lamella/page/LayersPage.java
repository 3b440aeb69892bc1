package dev.lamella.page;

import dev.lamella.client.LayerView;
import dev.lamella.client.Listing;
import java.util.List;

/**
 * The content of the list of layers.
 *
 * @param shared those that save most by being shared, for the picture; in any order
 * @param layers the part of the list to show
 */
public record LayersPage(List<LayerView> shared, Listing<LayerView> layers) {

    /** Copies the list. */
    public LayersPage {
        shared = List.copyOf(shared);
    }
}
