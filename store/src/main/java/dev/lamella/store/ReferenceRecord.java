package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.StrictJson;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Which image a reference points at, and the index it was found through.
 *
 * @param reference the normalised reference
 * @param manifestDigest digest of the image's manifest
 * @param indexDigest digest of the index
 */
public record ReferenceRecord(String reference, Digest manifestDigest, Optional<Digest> indexDigest) {

    static final int REFERENCE_CHARACTERS_MAX = 1000;

    byte[] toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("reference", reference);
        json.put("manifestDigest", manifestDigest.toString());
        indexDigest.ifPresent(digest -> json.put("indexDigest", digest.toString()));
        return StrictJson.write(json);
    }

    static ReferenceRecord parse(StrictJson json) throws MalformedDocumentException {
        var record = new ReferenceRecord(
                json.string("reference", REFERENCE_CHARACTERS_MAX),
                json.digest("manifestDigest"),
                json.optionalDigest("indexDigest"));
        json.end();
        return record;
    }
}
