package dev.lamella.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what no list names: what was just taken off the lists, and what calls left behind that failed or were
 * killed. Used under the lock of the node, so that nobody is in the middle of anything.
 *
 * <p>Only what has a name of the node's own making is looked at, in its state directory and image store, and a
 * directory that holds anything else stays as it is. A layer that is not listed but that a listed image or an engine's
 * own store refers to stays mounted, and so do those below it.
 */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private static final Pattern LOCAL_IMAGE = Pattern.compile("([0-9a-f]{64})\\.(erofs|sha256)");
    private static final Pattern LOCAL_TEMPORARY = Pattern.compile("[0-9a-f]{64}\\.(index|erofs\\.new|sha256\\.new)");

    private final ImageStore imageStore;
    private final LayerDirectory shape;
    private final Path localImages;
    private final Graphroots graphroots;

    /**
     * Makes the sweeper of a node.
     *
     * @param localImages directory of the local images of layers
     */
    Leftovers(ImageStore imageStore, LayerDirectory shape, Path localImages, Graphroots graphroots) {
        this.imageStore = imageStore;
        this.shape = shape;
        this.localImages = localImages;
        this.graphroots = graphroots;
    }

    /**
     * Takes away what is left over. What cannot be taken away is logged and does not keep the rest from going.
     *
     * @throws IOException if it cannot be told what is left over; then nothing is touched
     */
    void sweep() throws IOException {
        List<ShownLayer> listed = imageStore.layers();
        List<ShownImage> images = imageStore.images();
        MountTable mounts = MountTable.of(shape);
        Set<String> unlisted = unlisted(listed);
        Set<String> needed = unlisted.isEmpty() ? Set.of() : needed(unlisted, images);

        for (String id : unlisted) {
            if (!needed.contains(id)) {
                attempt(id, () -> removeLayer(id, mounts));
            }
        }
        if (needed.isEmpty()) { // of those that stay unlisted, nothing tells the DiffIDs
            removeAdditionalLayers(listed);
        }
        for (String name : NodeFiles.names(localImages)) {
            if (LOCAL_TEMPORARY.matcher(name).matches()) {
                attempt(name, () -> Files.deleteIfExists(localImages.resolve(name)));
            }
        }
        attempt("short links", shape::removeTemporaries);
        attempt("documents", () -> imageStore.removeUnlisted(images));
    }

    /** Returns the layers of which there is something, and which are not listed. */
    private Set<String> unlisted(List<ShownLayer> listed) throws IOException {
        var ids = new TreeSet<>(shape.present());
        for (String name : NodeFiles.names(localImages)) {
            Matcher image = LOCAL_IMAGE.matcher(name);
            if (image.matches()) {
                ids.add(image.group(1));
            }
        }
        listed.forEach(layer -> ids.remove(layer.id()));
        return ids;
    }

    /** Returns which of some unlisted layers are needed all the same. */
    private Set<String> needed(Set<String> unlisted, List<ShownImage> images) throws IOException {
        var tops = new HashSet<String>();
        images.forEach(image -> tops.add(image.topLayer()));
        Optional<List<LayerUse>> uses = graphroots.allUses();
        if (uses.isEmpty()) {
            return unlisted;
        }
        uses.get().forEach(use -> tops.add(use.layer()));
        tops.retainAll(unlisted);
        var needed = new HashSet<>(tops);
        for (String top : tops) {
            needed.addAll(shape.below(top, unlisted));
        }
        if (!needed.isEmpty()) {
            LOG.warn("not listed, but in use, and so left alone; pull their images again: layers {}", needed);
        }
        return needed;
    }

    private void removeLayer(String id, MountTable mounts) throws IOException {
        LOG.debug("removing what there is of layer {}, which is not listed", id);
        mounts.clear(shape, id);
        shape.remove(id);
        Files.deleteIfExists(localImages.resolve(id + ".erofs"));
        Files.deleteIfExists(localImages.resolve(id + ".sha256"));
    }

    private void removeAdditionalLayers(List<ShownLayer> listed) throws IOException {
        Set<String> kept = listed.stream().map(layer -> layer.diffId().hex()).collect(Collectors.toSet());
        for (String hex : shape.additionalLayers()) {
            if (!kept.contains(hex)) {
                attempt(hex, () -> shape.removeAdditionalLayer(hex));
            }
        }
    }

    /** Takes one thing away. */
    @FunctionalInterface
    private interface Removal {
        void run() throws IOException;
    }

    private static void attempt(String name, Removal removal) {
        try {
            removal.run();
        } catch (IOException e) {
            LOG.warn("{} is left over and cannot be removed: {}", name, e.getMessage());
        }
    }
}
