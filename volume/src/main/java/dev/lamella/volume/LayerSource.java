package dev.lamella.volume;

import dev.lamella.filetree.Digest;
import dev.lamella.toc.TocClaim;
import java.util.Optional;

/**
 * What manifest and config promise of a layer's blob.
 *
 * @param blobDigest the blob's digest
 * @param blobSizeBytes the blob's size
 * @param diffId the SHA-256 of the uncompressed tar
 * @param declared the compression its media type names; the bytes decide, as in container engines
 * @param toc what its annotations claim of a table of contents
 */
public record LayerSource(
        Digest blobDigest, long blobSizeBytes, Digest diffId, Optional<Compression> declared, Optional<TocClaim> toc) {

    /** Makes the source of a layer without a table of contents. */
    public LayerSource(Digest blobDigest, long blobSizeBytes, Digest diffId, Optional<Compression> declared) {
        this(blobDigest, blobSizeBytes, diffId, declared, Optional.empty());
    }
}
