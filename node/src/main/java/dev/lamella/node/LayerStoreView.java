package dev.lamella.node;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.VolumeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;

/**
 * The layers that a node shows, by each of the names that engines know a layer by: the digest of its blob, its DiffID, and the digest of its table
 * of contents. Thread-safe.
 */
public final class LayerStoreView {

    /** The store may lie on a file system that hangs. */
    private static final Duration STORE_WAIT = Duration.ofSeconds(5);

    /** More tables of contents than one machine shows. */
    private static final int TABLES_MAX = NodeConfig.LAYERS_MAX;

    private final ImageStore imageStore;
    private final LayerDirectory shape;
    private final VolumeStore store;
    private final ConcurrentMap<Digest, Digest> diffIdsByTable = new ConcurrentHashMap<>();
    private volatile LayerNames names = new LayerNames(List.of());

    /** Makes a view of what is listed in an image store; nothing is touched. */
    LayerStoreView(ImageStore imageStore, LayerDirectory shape, VolumeStore store) {
        this.imageStore = imageStore;
        this.shape = shape;
        this.store = store;
    }

    /**
     * A layer as an additional layer store has it.
     *
     * @param layer the layer
     * @param diff its tree, mounted
     * @param blob its tar
     * @param table digest of its table of contents, if it was found by that
     */
    public record Found(ShownLayer layer, Path diff, Path blob, Optional<Digest> table) {
        /** Returns the layer's record, in JSON with the names of containers/storage. */
        public ByteString info() {
            return ByteString.of(StoreLists.additionalLayer(layer, table));
        }
    }

    /**
     * Finds a layer by any of its digests.
     *
     * @throws IOException if the lists of the image store or the records of the store cannot be read
     */
    public Optional<Found> find(Digest digest) throws IOException {
        LayerNames current = names();
        Optional<ShownLayer> layer = current.first(digest);
        if (layer.isPresent()) {
            return Optional.of(found(layer.get(), Optional.empty()));
        }
        Optional<Digest> diffId = diffIdOfTable(digest);
        return diffId.flatMap(current::first).map(named -> found(named, Optional.of(digest)));
    }

    /** Returns whether {@link #find} finds a layer without asking the store, which may take its time. */
    public boolean isAtHand(Digest digest) throws IOException {
        LayerNames current = names();
        return current.first(digest).isPresent()
                || Optional.ofNullable(diffIdsByTable.get(digest))
                        .flatMap(current::first)
                        .isPresent();
    }

    /** Returns the digests of all blobs and the DiffIDs of the layers shown, sorted. */
    public List<Digest> digests() throws IOException {
        return names().digests();
    }

    /** Returns the same of the layers of one image; none if it is not shown under this name. */
    public List<Digest> digests(String reference) throws IOException {
        LayerChains chains = LayerChains.of(imageStore.layers());
        for (ShownImage image : imageStore.images()) {
            if (image.names().contains(reference)) {
                List<ShownLayer> layers = chains.chain(image.topLayer()).stream()
                        .flatMap(id -> chains.layer(id).stream())
                        .toList();
                return new LayerNames(layers).digests();
            }
        }
        return List.of();
    }

    /** Returns the names of all images shown, sorted. */
    public List<String> references() throws IOException {
        return imageStore.images().stream()
                .flatMap(image -> image.names().stream())
                .sorted()
                .toList();
    }

    /** Returns the chain IDs of the layers with a digest: one layer may lie on several others. */
    List<String> chainIds(Digest digest) throws IOException {
        LayerNames current = names();
        List<ShownLayer> layers = current.all(digest);
        if (layers.isEmpty()) {
            layers = diffIdOfTable(digest).map(current::all).orElse(List.of());
        }
        return layers.stream().map(ShownLayer::id).toList();
    }

    /** The list stays the same object until it changes, and to compare ten thousand layers for each request is out of the question. */
    @SuppressWarnings("ReferenceEquality")
    private LayerNames names() throws IOException {
        List<ShownLayer> layers = imageStore.layers();
        LayerNames last = names;
        if (last.layers() != layers) {
            last = new LayerNames(layers);
            names = last;
        }
        return last;
    }

    private Optional<Digest> diffIdOfTable(Digest table) throws IOException {
        Digest known = diffIdsByTable.get(table);
        if (known != null) {
            return Optional.of(known);
        }
        try {
            Optional<Digest> diffId = TimeLimit.within(
                    STORE_WAIT,
                    "table of contents",
                    () -> store.blobOfToc(table).map(BlobRecord::diffId));
            if (diffId.isPresent() && diffIdsByTable.size() < TABLES_MAX) {
                diffIdsByTable.put(table, diffId.get());
            }
            return diffId;
        } catch (TimeoutException e) {
            throw new IOException("the store did not answer within %d s".formatted(STORE_WAIT.toSeconds()), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Found found(ShownLayer layer, Optional<Digest> table) {
        return new Found(layer, shape.mountPoint(layer.id()).resolve("diff"), shape.blob(layer.diffId()), table);
    }
}
