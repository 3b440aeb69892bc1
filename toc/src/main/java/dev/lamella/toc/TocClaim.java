package dev.lamella.toc;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import java.util.Map;
import java.util.Optional;

/**
 * What the annotations of a layer's descriptor claim of a table of contents in its blob. To be checked against the
 * blob.
 */
public sealed interface TocClaim {

    /** The annotation with the digest of an eStargz TOC. */
    String ESTARGZ_DIGEST = "containerd.io/snapshot/stargz/toc.digest";

    /** The annotation with the digest of a zstd:chunked TOC. */
    String ZSTD_CHUNKED_DIGEST = "io.github.containers.zstd-chunked.manifest-checksum";

    /** The annotation that says where a zstd:chunked TOC lies: offset, size, uncompressed size, type 1. */
    String ZSTD_CHUNKED_POSITION = "io.github.containers.zstd-chunked.manifest-position";

    /** The annotation that says where the tar-split data lies: offset, size, uncompressed size. */
    String ZSTD_CHUNKED_TAR_SPLIT = "io.github.containers.zstd-chunked.tarsplit-position";

    /** Returns the TOC digest, by which container engines ask for the layer. */
    Digest digest();

    /**
     * An eStargz TOC; the blob's footer says where it lies.
     *
     * @param digest the SHA-256 of the JSON
     */
    record Estargz(Digest digest) implements TocClaim {}

    /**
     * A zstd:chunked TOC.
     *
     * @param digest the SHA-256 of the compressed JSON
     * @param toc where that lies
     * @param tarSplit where the tar-split data lies, if there is any
     */
    record ZstdChunked(Digest digest, BlobPart toc, Optional<BlobPart> tarSplit) implements TocClaim {}

    /**
     * Reads a layer's annotations.
     *
     * @param annotations those of the layer's descriptor in the manifest
     * @param blobSizeBytes the size of the layer's blob
     * @param limits how large a TOC may be
     * @return empty if they claim no TOC
     * @throws TocException if they cannot be true
     */
    static Optional<TocClaim> read(Map<String, String> annotations, long blobSizeBytes, TocLimits limits)
            throws TocException {
        boolean estargz = annotations.containsKey(ESTARGZ_DIGEST);
        boolean chunked = annotations.containsKey(ZSTD_CHUNKED_DIGEST);
        if (estargz && chunked) {
            throw new TocException(
                    "annotations " + ESTARGZ_DIGEST + " and " + ZSTD_CHUNKED_DIGEST,
                    "a layer is eStargz or zstd:chunked, not both; container engines refuse it too");
        }
        if (estargz) {
            return Optional.of(new Estargz(digest(annotations, ESTARGZ_DIGEST)));
        }
        if (!chunked) {
            return Optional.empty();
        }
        Digest digest = digest(annotations, ZSTD_CHUNKED_DIGEST);
        if (!annotations.containsKey(ZSTD_CHUNKED_POSITION)) {
            throw new TocException(
                    "annotation " + ZSTD_CHUNKED_POSITION, "missing, though " + ZSTD_CHUNKED_DIGEST + " is there");
        }
        BlobPart toc = PartAnnotation.TOC.read(annotations, blobSizeBytes, limits);
        Optional<BlobPart> tarSplit = annotations.containsKey(ZSTD_CHUNKED_TAR_SPLIT)
                ? Optional.of(PartAnnotation.TAR_SPLIT.read(annotations, blobSizeBytes, limits))
                : Optional.empty();
        return Optional.of(new ZstdChunked(digest, toc, tarSplit));
    }

    private static Digest digest(Map<String, String> annotations, String key) throws TocException {
        String text = String.valueOf(annotations.get(key));
        try {
            Digest digest = Digest.parse(text);
            if (digest.algorithm().equals(Digest.SHA256)) {
                return digest;
            }
        } catch (MalformedDigestException e) {
            throw new TocException("annotation " + key, TocException.shown(String.valueOf(e.getMessage())));
        }
        throw new TocException("annotation " + key, "expected a sha256 digest, found " + TocException.shown(text));
    }
}
