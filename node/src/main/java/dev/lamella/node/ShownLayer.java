package dev.lamella.node;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Compression;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A layer as {@code layers.json} lists it.
 *
 * @param id chain ID
 * @param parent chain ID of the layer below, none for a base layer
 * @param diffId digest of the uncompressed tar
 * @param dataSizeBytes its length
 * @param blobDigest digest of the blob in the registry
 * @param blobSizeBytes its length
 * @param compression of the blob
 * @param created when the image was made
 * @param uids the owners of its files, for {@code --userns=auto}
 * @param gids and their groups
 */
public record ShownLayer(
        String id,
        Optional<String> parent,
        Digest diffId,
        long dataSizeBytes,
        Digest blobDigest,
        long blobSizeBytes,
        Compression compression,
        Instant created,
        List<Long> uids,
        List<Long> gids) {

    /** Copies the lists. */
    public ShownLayer {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }
}
