package dev.lamella.node;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A reference of an engine's own store to a layer of the image store.
 *
 * @param graphroot the engine's store
 * @param user the image or layer there that needs it
 * @param layer chain ID of the layer it needs
 * @param account the user whose engine it is; none if it is root's, or a store that was named
 */
public record LayerUse(Path graphroot, String user, String layer, Optional<String> account) {
    @Override
    public String toString() {
        return "%s in %s%s"
                .formatted(
                        user, graphroot, account.map(name -> " of user " + name).orElse(""));
    }
}
