package dev.lamella.cli;

import dev.lamella.generator.PublishedImage;
import dev.lamella.generator.PublishedLayer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A published image as JSON and as a line. */
final class PublishDocuments {

    private static final double NANOS_PER_SECOND = 1e9;

    private PublishDocuments() {}

    static Map<String, Object> document(PublishedImage image) {
        return Json.object(
                "reference", image.reference(),
                "manifestDigest", image.image().manifestDigest(),
                "imageId", image.image().configDigest(),
                "layers", image.layers().stream().map(PublishDocuments::layer).toList(),
                "reusedLayers", image.reusedLayers(),
                "downloadedBytes", image.downloadedBytes(),
                "dataSizeBytes", image.dataSizeBytes(),
                "elapsedMillis", TimeUnit.NANOSECONDS.toMillis(image.elapsedNanos()));
    }

    private static Map<String, Object> layer(PublishedLayer layer) {
        return Json.object(
                "diffId", layer.layer().diffId(),
                "blobDigest", layer.layer().blobDigest(),
                "blobSizeBytes", layer.layer().blobSizeBytes(),
                "reused", layer.reused(),
                "downloadedBytes", layer.downloadedBytes(),
                "dataSizeBytes", layer.dataSizeBytes(),
                "elapsedMillis", TimeUnit.NANOSECONDS.toMillis(layer.elapsedNanos()));
    }

    static String line(PublishedImage image) {
        int count = image.layers().size();
        return String.format(
                Locale.ROOT,
                "published %s  %d %s (%d reused), %s downloaded, %s data, %.1f s",
                image.reference(),
                count,
                count == 1 ? "layer" : "layers",
                image.reusedLayers(),
                ByteSize.mebibytes(image.downloadedBytes()),
                ByteSize.mebibytes(image.dataSizeBytes()),
                image.elapsedNanos() / NANOS_PER_SECOND);
    }
}
