package dev.lamella.service;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeDescriptor;

/**
 * What the catalogue keeps of a layer.
 *
 * @param diffId the digest of its tar
 * @param blobDigest the blob its volume was made from
 * @param dataSizeBytes the size of its tar
 * @param indexSizeBytes the size of its index
 */
record CatalogueLayer(Digest diffId, Digest blobDigest, long dataSizeBytes, long indexSizeBytes) {

    static CatalogueLayer of(Volume volume) {
        VolumeDescriptor descriptor = volume.descriptor();
        return new CatalogueLayer(
                descriptor.diffId(),
                descriptor.blob().digest(),
                descriptor.dataSizeBytes(),
                descriptor.indexSizeBytes());
    }
}
