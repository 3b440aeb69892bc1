package dev.lamella.store;

import dev.lamella.filetree.Digest;

/**
 * One layer of an image.
 *
 * @param blobDigest the digest of the blob in the manifest
 * @param blobSizeBytes the blob's size
 * @param mediaType the blob's media type in the manifest
 * @param diffId the layer's DiffID in the config; names its volume
 */
public record LayerRecord(Digest blobDigest, long blobSizeBytes, String mediaType, Digest diffId) {}
