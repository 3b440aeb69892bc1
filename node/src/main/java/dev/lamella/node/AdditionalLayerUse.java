package dev.lamella.node;

import dev.lamella.filetree.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * A layer of an engine's own that is one of the layer store.
 *
 * @param graphroot the engine's store
 * @param layer its ID there
 * @param key what the engine asked for
 * @param account the user whose engine it is; none if it is root's, or a store that was named
 */
record AdditionalLayerUse(Path graphroot, String layer, LayerStoreUses.Key key, Optional<String> account) {

    /**
     * Reads what an engine keeps of where such a layer comes from, in {@code overlay/<id>/additionallayer}.
     *
     * @param layerStore where the layer store is mounted
     * @param directory what the file holds
     * @return nothing if it is of another layer store
     */
    static Optional<LayerStoreUses.Key> parse(Path layerStore, String directory) {
        try {
            Path path = Path.of(directory);
            if (!path.startsWith(layerStore) || path.getNameCount() > layerStore.getNameCount() + 2) {
                return Optional.empty();
            }
            Path names = layerStore.relativize(path);
            Digest digest = Digest.parse(names.getName(names.getNameCount() - 1).toString());
            Optional<String> reference = names.getNameCount() == 1
                    ? Optional.empty()
                    : Optional.of(new String(
                            Base64.getDecoder().decode(names.getName(0).toString()), StandardCharsets.UTF_8));
            return Optional.of(new LayerStoreUses.Key(reference, digest));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
