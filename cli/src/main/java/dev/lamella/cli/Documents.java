package dev.lamella.cli;

import dev.lamella.filetree.Digest;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeDescriptor;
import java.util.List;
import java.util.Map;

/** The JSON objects that several commands print. Their fields are documented in {@code docs/cli.md} and only ever added to. */
final class Documents {

    private static final int SHORT_DIGITS = 12;

    private Documents() {}

    static Map<String, Object> image(ImageRecord image, List<String> references) {
        return Json.object(
                "references", references,
                "manifestDigest", image.manifestDigest(),
                "mediaType", image.manifestMediaType(),
                "imageId", image.configDigest(),
                "indexDigest", image.index().map(ImageRecord.Index::digest),
                "platform", image.platform(),
                "created", image.created(),
                "published", image.published(),
                "layers", image.layers().stream().map(Documents::layer).toList());
    }

    static Map<String, Object> layer(LayerRecord layer) {
        return Json.object(
                "diffId", layer.diffId(),
                "blobDigest", layer.blobDigest(),
                "blobSizeBytes", layer.blobSizeBytes(),
                "mediaType", layer.mediaType());
    }

    /** Describes a volume, the images it belongs to and the blobs known to hold its layer. */
    static Map<String, Object> volume(Volume volume, List<String> images, List<BlobRecord> blobs) {
        VolumeDescriptor descriptor = volume.descriptor();
        VolumeDescriptor.Counts counts = descriptor.counts();
        return Json.object(
                "diffId", descriptor.diffId(),
                "blobDigest", descriptor.blob().digest(),
                "blobSizeBytes", descriptor.blob().sizeBytes(),
                "compression", descriptor.blob().compression().label(),
                "tocDigest", descriptor.blob().tocDigest(),
                "dataSizeBytes", descriptor.dataSizeBytes(),
                "indexSizeBytes", descriptor.indexSizeBytes(),
                "indexSha256", descriptor.indexSha256(),
                "dataFsVerity", descriptor.data().fsVerity(),
                "counts",
                        Json.object(
                                "entries", counts.entries(),
                                "directories", counts.directories(),
                                "files", counts.files(),
                                "symlinks", counts.symlinks(),
                                "specials", counts.specials(),
                                "whiteouts", counts.whiteouts()),
                "created", descriptor.created(),
                "creator", descriptor.creator(),
                "directory", volume.directory(),
                "images", images,
                "blobs", blobs.stream().map(Documents::blob).toList());
    }

    private static Map<String, Object> blob(BlobRecord blob) {
        return Json.object(
                "blobDigest", blob.blobDigest(),
                "blobSizeBytes", blob.sizeBytes(),
                "compression", blob.compression().label(),
                "tocDigest", blob.tocDigest());
    }

    /** Returns the first digits of a digest, as container engines show them. */
    static String shortened(Digest digest) {
        return digest.hex().substring(0, Math.min(SHORT_DIGITS, digest.hex().length()));
    }
}
