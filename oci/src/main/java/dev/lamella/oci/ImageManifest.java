package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The manifest of one image.
 *
 * @param mediaType its media type
 * @param config the image's config
 * @param layers its layers' blobs, base first
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md">OCI image manifest</a>
 */
public record ImageManifest(String mediaType, Descriptor config, List<Descriptor> layers) implements Manifest {

    private static final int LAYERS_MAX = 1000;

    /** Copies the list. */
    public ImageManifest {
        layers = List.copyOf(layers);
    }

    static ImageManifest read(OciJson document, String mediaType) throws OciException {
        Descriptor config = document.object("config").descriptor();
        if (!MediaTypes.CONFIGS.contains(config.mediaType())) {
            throw new OciException(
                    Kind.UNSUPPORTED,
                    "%s: config.mediaType \"%s\" is not that of an image; artifacts cannot be run"
                            .formatted(document.name(), Printable.of(config.mediaType())));
        }
        var layers = new ArrayList<Descriptor>();
        for (OciJson entry : document.objects("layers", LAYERS_MAX)) {
            Descriptor layer = entry.descriptor();
            if (!MediaTypes.LAYERS.contains(layer.mediaType())) {
                throw new OciException(
                        Kind.UNSUPPORTED,
                        "%s: layers[%d].mediaType \"%s\": neither tar, nor tar with gzip or zstd; encrypted and foreign layers are not supported"
                                .formatted(document.name(), layers.size(), Printable.of(layer.mediaType())));
            }
            layers.add(layer);
        }
        return new ImageManifest(mediaType, config, layers);
    }
}
