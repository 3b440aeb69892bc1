package dev.lamella.node;

import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import dev.lamella.store.ImageRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is listed: how an image gets into the lists of the image store and out of them. Used under the lock of the node.
 *
 * <p>Layers are listed before the images made of them, and images taken off the list before their layers, so that
 * engines see whole images only.
 */
final class Listing {

    private final ImageStore imageStore;
    private final Graphroots graphroots;

    Listing(ImageStore imageStore, Graphroots graphroots) {
        this.imageStore = imageStore;
        this.graphroots = graphroots;
    }

    /** Lists an image whose layers are listed; the names are taken from other images that have them. */
    void add(ImageRecord image, String topLayer, Collection<String> references) throws IOException {
        String id = image.configDigest().hex();
        List<ShownImage> before = imageStore.images();
        var after = new ArrayList<ShownImage>();
        var names = new ArrayList<String>();
        var bigData = new LinkedHashMap<String, ShownImage.Document>();
        for (ShownImage other : before) {
            if (other.id().equals(id)) {
                names.addAll(other.names());
                bigData.putAll(other.bigData());
            } else {
                after.add(other.withoutNames(references));
            }
        }
        references.stream().filter(name -> !names.contains(name)).forEach(names::add);
        bigData.putAll(writeDocuments(image, id));
        after.add(new ShownImage(
                id, image.manifestDigest(), names, topLayer, image.created().orElse(Instant.EPOCH), bigData));
        if (!Set.copyOf(before).equals(Set.copyOf(after))) { // else no engine need read the list again
            imageStore.writeImages(after);
        }
    }

    private Map<String, ShownImage.Document> writeDocuments(ImageRecord image, String id) throws IOException {
        var documents = new LinkedHashMap<String, ByteString>();
        documents.put("manifest", image.manifest());
        documents.put("manifest-" + image.manifestDigest(), image.manifest());
        image.index().ifPresent(index -> documents.put("manifest-" + index.digest(), index.content()));
        documents.put("sha256:" + id, image.config());
        var bigData = new LinkedHashMap<String, ShownImage.Document>();
        for (Map.Entry<String, ByteString> document : documents.entrySet()) {
            byte[] content = document.getValue().toByteArray();
            imageStore.writeDocument(id, document.getKey(), content);
            bigData.put(document.getKey(), new ShownImage.Document(Digest.sha256Of(content), content.length));
        }
        return bigData;
    }

    /**
     * Takes a name off the list, and with its last name the image.
     *
     * @return whether it was listed
     * @throws LayerInUseException if that is its last name, an engine uses the image, and {@code force} is not set
     */
    boolean removeName(String reference, boolean force) throws IOException {
        var remaining = new ArrayList<ShownImage>();
        boolean found = false;
        for (ShownImage image : imageStore.images()) {
            if (!image.names().contains(reference)) {
                remaining.add(image);
                continue;
            }
            found = true;
            ShownImage left = image.withoutNames(List.of(reference));
            if (!left.names().isEmpty()) {
                remaining.add(left);
                continue;
            }
            List<LayerUse> uses = uses(image);
            if (!uses.isEmpty() && !force) {
                throw new LayerInUseException(reference, uses);
            }
        }
        if (found) {
            imageStore.writeImages(remaining);
        }
        return found;
    }

    /** Returns which engines refer to an image: to its topmost layer, or to another that no other image has. */
    List<LayerUse> uses(ShownImage image) throws IOException {
        return usesOf(image, LayerChains.of(imageStore.layers()), imageStore.images(), graphroots.uses());
    }

    private static List<LayerUse> usesOf(
            ShownImage image, LayerChains layers, List<ShownImage> images, List<LayerUse> uses) {
        Set<String> own = new HashSet<>(layers.chain(image.topLayer()));
        images.stream()
                .filter(other -> !other.id().equals(image.id()))
                .forEach(other -> own.removeAll(layers.chain(other.topLayer())));
        own.add(image.topLayer());
        return uses.stream().filter(use -> own.contains(use.layer())).toList();
    }

    /**
     * Takes off the lists what has no name any more and no engine uses: images that lost their last name, layers of no
     * image. As long as it cannot be told what a user's engine uses, nothing goes.
     *
     * @return whether there may be something on the disk now that is listed no more
     */
    boolean dropUnneeded() throws IOException {
        List<ShownImage> images = imageStore.images();
        LayerChains layers = LayerChains.of(imageStore.layers());
        List<ShownImage> named =
                images.stream().filter(image -> !image.names().isEmpty()).toList();
        if (named.size() == images.size()
                && chains(layers, images).size() == layers.byId().size()) {
            return false;
        }
        Optional<List<LayerUse>> known = graphroots.allUses();
        if (known.isEmpty()) {
            return false;
        }
        List<LayerUse> uses = known.get();
        List<ShownImage> kept = images.stream()
                .filter(image -> !image.names().isEmpty()
                        || !usesOf(image, layers, images, uses).isEmpty())
                .toList();
        if (kept.size() < images.size()) {
            imageStore.writeImages(kept);
        }
        Set<String> needed = chains(layers, kept);
        uses.forEach(use -> needed.addAll(layers.chain(use.layer())));
        List<ShownLayer> keptLayers = layers.byId().values().stream()
                .filter(layer -> needed.contains(layer.id()))
                .toList();
        if (keptLayers.size() < layers.byId().size()) {
            imageStore.writeLayers(keptLayers);
        }
        return true;
    }

    private static Set<String> chains(LayerChains layers, List<ShownImage> images) {
        var ids = new HashSet<String>();
        images.forEach(image -> ids.addAll(layers.chain(image.topLayer())));
        return ids;
    }
}
