package dev.lamella.policy;

import dev.lamella.oci.Descriptor;
import dev.lamella.oci.ImageManifest;

/**
 * The largest images that are published. Sizes are those that the manifest claims, of the layers as the registry keeps them, usually
 * compressed; a blob of another size is not published anyway.
 *
 * @param imageBytesMax all layers of an image together
 * @param layerBytesMax one layer
 * @param layersMax number of layers
 */
public record ImageLimits(long imageBytesMax, long layerBytesMax, int layersMax) {

    /** 256 GiB an image, 128 GiB a layer, 500 layers: beyond what anybody means to publish. */
    public static final ImageLimits DEFAULT = new ImageLimits(256L << 30, 128L << 30, 500);

    /** Checks the numbers. */
    public ImageLimits {
        if (imageBytesMax < 1 || layerBytesMax < 1 || layersMax < 1) {
            throw new IllegalArgumentException("limits of an image must be at least 1: %d bytes, %d bytes, %d layers"
                    .formatted(imageBytesMax, layerBytesMax, layersMax));
        }
    }

    Decision decide(String name, ImageManifest image) {
        int layers = image.layers().size();
        if (layers > layersMax) {
            return new Decision.Refused(
                    "policy.layers-max",
                    "%s: %d layers, policy.layers-max allows %d; squash the image, or raise the limit"
                            .formatted(name, layers, layersMax));
        }
        // Two layers at the limits of a long cannot wrap around: the sum stops at the first that is beyond.
        long total = 0;
        for (Descriptor layer : image.layers()) {
            if (layer.sizeBytes() > layerBytesMax) {
                return new Decision.Refused(
                        "policy.layer-bytes-max",
                        "%s: layer %s has %d bytes, policy.layer-bytes-max allows %d; split the layer, or raise the limit"
                                .formatted(name, layer.digest(), layer.sizeBytes(), layerBytesMax));
            }
            total = total > Long.MAX_VALUE - layer.sizeBytes() ? Long.MAX_VALUE : total + layer.sizeBytes();
        }
        if (total > imageBytesMax) {
            return new Decision.Refused(
                    "policy.image-bytes-max",
                    "%s: %d bytes in %d layers, policy.image-bytes-max allows %d; make the image smaller, or raise the limit"
                            .formatted(name, total, layers, imageBytesMax));
        }
        return Decision.allowed();
    }
}
