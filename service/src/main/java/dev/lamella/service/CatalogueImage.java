package dev.lamella.service;

import dev.lamella.filetree.Digest;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the catalogue keeps of an image: not its documents.
 *
 * @param digest of its manifest
 * @param platform what it runs on
 * @param created when it was built
 * @param published when it came into the store
 * @param layers base first
 */
record CatalogueImage(
        Digest digest, String platform, Optional<Instant> created, Instant published, List<LayerRecord> layers) {

    CatalogueImage {
        layers = List.copyOf(layers);
    }

    static CatalogueImage of(ImageRecord image) {
        return new CatalogueImage(
                image.manifestDigest(), image.platform(), image.created(), image.published(), image.layers());
    }
}
