package dev.lamella.client;

import java.util.List;

/**
 * A layer of the store.
 *
 * @param diffId the digest of its tar, the name of its volume
 * @param blobDigests of the blobs that are known to hold it
 * @param dataSizeBytes the size of its tar
 * @param indexSizeBytes the size of its index
 * @param images how many images of the store have it
 */
public record LayerView(String diffId, List<String> blobDigests, long dataSizeBytes, long indexSizeBytes, int images) {

    /** Copies the list. */
    public LayerView {
        blobDigests = List.copyOf(blobDigests);
    }
}
