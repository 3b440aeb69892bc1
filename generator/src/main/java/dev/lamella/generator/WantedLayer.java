package dev.lamella.generator;

import dev.lamella.store.LayerRecord;
import dev.lamella.toc.TocClaim;
import dev.lamella.volume.Compression;
import dev.lamella.volume.LayerSource;
import java.util.Locale;
import java.util.Optional;

/**
 * A layer of an image that is being published.
 *
 * @param number its place in the image, from 1, base first
 * @param layer what manifest and config say of it
 * @param toc what its annotations claim of a table of contents
 */
public record WantedLayer(int number, LayerRecord layer, Optional<TocClaim> toc) {

    LayerSource source() {
        return new LayerSource(layer.blobDigest(), layer.blobSizeBytes(), layer.diffId(), declared(), toc);
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
