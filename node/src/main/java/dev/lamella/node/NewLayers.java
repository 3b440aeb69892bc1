package dev.lamella.node;

import dev.lamella.erofs.LayerDirectoryImage;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.VolumeStore;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Makes layers ready that are not shown yet, and mounts them. Used under the lock of the node. */
final class NewLayers {

    private final VolumeStore store;
    private final LayerImages images;
    private final LayerPlaces places;

    NewLayers(VolumeStore store, LayerImages images, LayerPlaces places) {
        this.store = store;
        this.images = images;
        this.places = places;
    }

    /**
     * Mounts a layer, at whose place nothing is mounted.
     *
     * @param image the image it belongs to
     * @param chain the chain IDs of all layers of the image, the lowest first
     * @param position which of them it is
     */
    ShownLayer mount(ImageRecord image, List<String> chain, int position) throws IOException {
        String id = chain.get(position);
        LayerRecord record = image.layers().get(position);
        List<String> parents = chain.subList(0, position).reversed();
        Volume volume = places.volume(record.diffId());
        LayerDirectoryImage.Owners owners = images.make(id, volume, parents);
        var layer = new ShownLayer(
                id,
                parents.stream().findFirst(),
                record.diffId(),
                volume.descriptor().dataSizeBytes(),
                record.blobDigest(),
                record.blobSizeBytes(),
                store.blob(record.blobDigest())
                        .map(blob -> blob.compression())
                        .orElse(volume.descriptor().blob().compression()),
                image.created().orElse(Instant.EPOCH),
                owners.uids(),
                owners.gids());
        places.mount(layer, parents, volume);
        return layer;
    }
}
