package dev.lamella.generator;

import dev.lamella.store.LayerRecord;
import dev.lamella.volume.Compression;
import dev.lamella.volume.LayerSource;
import java.util.Locale;
import java.util.Optional;

/**
 * A layer of an image that is being published.
 *
 * @param number its place in the image, from 1, base first
 * @param layer what manifest and config say of it
 */
public record WantedLayer(int number, LayerRecord layer) {

    LayerSource source() {
        return new LayerSource(layer.blobDigest(), layer.blobSizeBytes(), layer.diffId(), declared());
    }

    private Optional<Compression> declared() {
        String type = layer.mediaType().toLowerCase(Locale.ROOT);
        if (type.endsWith("gzip")) {
            return Optional.of(Compression.GZIP);
        }
        if (type.endsWith("zstd")) {
            return Optional.of(Compression.ZSTD);
        }
        return type.endsWith("tar") ? Optional.of(Compression.NONE) : Optional.empty();
    }
}
