package dev.lamella.node;

import java.nio.file.Path;

/**
 * A reference of an engine's own store to a layer of the image store.
 *
 * @param graphroot the engine's store
 * @param user the image or layer there that needs it
 * @param layer chain ID of the layer it needs
 */
public record LayerUse(Path graphroot, String user, String layer) {
    @Override
    public String toString() {
        return "%s in %s".formatted(user, graphroot);
    }
}
