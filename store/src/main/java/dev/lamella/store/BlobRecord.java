package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.Compression;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.StrictJson;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The fact, established by reading it all, that a blob holds a layer. The layer's volume may have been removed since.
 *
 * @param blobDigest the blob's digest in manifests
 * @param sizeBytes the blob's size
 * @param compression how it is compressed
 * @param diffId the SHA-256 of its uncompressed tar
 * @param tocDigest the digest of its table of contents, for eStargz and zstd:chunked; that says of the layer's files what its tar says
 */
public record BlobRecord(
        Digest blobDigest, long sizeBytes, Compression compression, Digest diffId, Optional<Digest> tocDigest) {

    byte[] toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("blobDigest", blobDigest.toString());
        json.put("sizeBytes", sizeBytes);
        json.put("compression", compression.label());
        json.put("diffId", diffId.toString());
        tocDigest.ifPresent(digest -> json.put("tocDigest", digest.toString()));
        return StrictJson.write(json);
    }

    static BlobRecord parse(StrictJson json) throws MalformedDocumentException {
        var record = new BlobRecord(
                json.digest("blobDigest"),
                json.integer("sizeBytes", 0, Long.MAX_VALUE),
                json.compression("compression"),
                json.sha256("diffId"),
                json.optionalDigest("tocDigest"));
        json.end();
        return record;
    }
}
