package dev.lamella.client;

/**
 * How far a layer of a job is.
 *
 * @param number from 1, the base first
 * @param diffId the digest of the layer's tar
 * @param blobDigest the digest of its blob
 * @param sizeBytes the size of the blob
 * @param receivedBytes how much of the blob has been received in this attempt
 * @param state how far it is
 */
public record LayerProgress(
        int number, String diffId, String blobDigest, long sizeBytes, long receivedBytes, LayerState state) {}
