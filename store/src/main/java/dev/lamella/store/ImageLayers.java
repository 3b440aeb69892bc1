package dev.lamella.store;

import dev.lamella.filetree.Digest;
import dev.lamella.volume.SignatureKind;
import dev.lamella.volume.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The layers of images, read as often as need be. An image's digest fixes them, so each is read once. For one thread. */
final class ImageLayers {

    private final StoreFiles files;
    private final Map<Digest, Set<Digest>> known = new HashMap<>();

    ImageLayers(StoreFiles files) {
        this.files = files;
    }

    /**
     * Returns the layers of an image.
     *
     * @param directory where it is
     * @throws NoSuchFileException if it is not there
     * @throws IOException if it cannot be read
     */
    Set<Digest> of(Path directory, Digest image) throws IOException {
        Set<Digest> before = known.get(image);
        if (before != null) {
            return before;
        }
        Path file = directory.resolve(StoreLayout.IMAGE);
        StrictJson json =
                SignedRecords.read(file, SignatureKind.IMAGE, files.config().trusted());
        ImageCodec record = ImageCodec.parse(json, files.config().limits().layersMax());
        if (!record.manifestDigest().equals(image)) {
            throw new DamagedImageException(file, "the record of another image, " + record.manifestDigest());
        }
        Set<Digest> layers = record.layers().stream().map(LayerRecord::diffId).collect(Collectors.toUnmodifiableSet());
        known.put(image, layers);
        return layers;
    }

    /** Returns the layers of all images that are there. */
    Set<Digest> ofAll() throws IOException {
        Path images = files.layout().images();
        var layers = new HashSet<Digest>();
        for (Digest image : files.list(images)) {
            Path directory = StoreLayout.place(images, image);
            try {
                layers.addAll(of(directory, image));
            } catch (NoSuchFileException e) {
                if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                } // else it was removed since it was listed
            }
        }
        return layers;
    }
}
