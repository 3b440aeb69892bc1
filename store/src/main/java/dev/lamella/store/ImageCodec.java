package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.MalformedDocumentException;
import dev.lamella.volume.StrictJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code image.json} of an image: the record without the bytes of manifest, config and index, which stand beside
 * it.
 */
record ImageCodec(
        Digest manifestDigest,
        String manifestMediaType,
        Digest configDigest,
        Optional<Digest> indexDigest,
        List<LayerRecord> layers,
        String platform,
        Optional<Instant> created,
        Instant published) {

    static final int TEXT_CHARACTERS_MAX = 500;

    static byte[] toJson(ImageRecord image) {
        var json = new LinkedHashMap<String, Object>();
        json.put("manifestDigest", image.manifestDigest().toString());
        json.put("manifestMediaType", image.manifestMediaType());
        json.put("configDigest", image.configDigest().toString());
        image.index().ifPresent(index -> json.put("indexDigest", index.digest().toString()));
        var layers = new ArrayList<Map<String, Object>>();
        for (LayerRecord layer : image.layers()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("blobDigest", layer.blobDigest().toString());
            fields.put("blobSizeBytes", layer.blobSizeBytes());
            fields.put("mediaType", layer.mediaType());
            fields.put("diffId", layer.diffId().toString());
            layers.add(fields);
        }
        json.put("layers", layers);
        json.put("platform", image.platform());
        image.created().ifPresent(created -> json.put("created", created.toString()));
        json.put("published", image.published().toString());
        return StrictJson.write(json);
    }

    static ImageCodec parse(StrictJson json, int layersMax) throws MalformedDocumentException {
        Digest manifestDigest = json.digest("manifestDigest");
        String mediaType = json.string("manifestMediaType", TEXT_CHARACTERS_MAX);
        Digest configDigest = json.digest("configDigest");
        Optional<Digest> indexDigest = json.optionalDigest("indexDigest");
        var layers = new ArrayList<LayerRecord>();
        for (StrictJson layer : json.objects("layers", layersMax)) {
            layers.add(new LayerRecord(
                    layer.digest("blobDigest"),
                    layer.integer("blobSizeBytes", 0, Long.MAX_VALUE),
                    layer.string("mediaType", TEXT_CHARACTERS_MAX),
                    layer.sha256("diffId")));
            layer.end();
        }
        String platform = json.string("platform", TEXT_CHARACTERS_MAX);
        Optional<Instant> created = json.optionalInstant("created");
        Instant published = json.instant("published");
        json.end();
        return new ImageCodec(
                manifestDigest, mediaType, configDigest, indexDigest, layers, platform, created, published);
    }
}
