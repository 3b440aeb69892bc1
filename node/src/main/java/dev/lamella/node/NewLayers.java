package dev.lamella.node;

import dev.lamella.erofs.LayerDirectoryImage;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.VolumeStore;
import dev.lamella.volume.Volume;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes layers ready that are not shown yet: their images side by side, then their mounts, parents before children. Used under the lock of the node. */
final class NewLayers {

    /** More at a time would wait for the same disk. */
    private static final int PARALLEL_MAX = 8;

    private final VolumeStore store;
    private final LayerImages images;
    private final LayerPlaces places;

    NewLayers(VolumeStore store, LayerImages images, LayerPlaces places) {
        this.store = store;
        this.images = images;
        this.places = places;
    }

    /** A layer whose image is made. */
    private record Made(ShownLayer layer, List<String> parents, Volume volume) {}

    /**
     * Mounts layers, at whose places nothing is mounted.
     *
     * @param image the image they belong to
     * @param chain the chain IDs of all layers of the image, the lowest first
     * @param positions which of them to mount
     * @return these layers, in this order
     * @throws IOException if one cannot be mounted; then those behind it are not
     */
    List<ShownLayer> mount(ImageRecord image, List<String> chain, List<Integer> positions) throws IOException {
        if (positions.isEmpty()) {
            return List.of();
        }
        var mounted = new ArrayList<ShownLayer>();
        for (Made made : makeAll(image, chain, positions)) {
            places.mount(made.layer, made.parents, made.volume);
            mounted.add(made.layer);
        }
        return mounted;
    }

    private List<Made> makeAll(ImageRecord image, List<String> chain, List<Integer> positions) throws IOException {
        // The rest is for the compiler: on two processors, two layers at a time took longer than one after the other.
        int processors = Runtime.getRuntime().availableProcessors();
        int parallel = Math.clamp(processors / 2, 1, Math.min(positions.size(), PARALLEL_MAX));
        List<Callable<Made>> tasks = positions.stream()
                .map(position -> (Callable<Made>) () -> make(image, chain, position))
                .toList();
        try (ExecutorService executor = Executors.newFixedThreadPool(parallel)) {
            var made = new ArrayList<Made>();
            for (Future<Made> done : executor.invokeAll(tasks)) {
                made.add(done.get());
            }
            return made;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while showing image " + image.manifestDigest());
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case Error error -> throw error;
                case RuntimeException fault -> throw fault;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private Made make(ImageRecord image, List<String> chain, int position) throws IOException {
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
        return new Made(layer, parents, volume);
    }
}
