package dev.lamella.cli;

import dev.lamella.filetree.Digest;
import dev.lamella.node.NodeService;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.RemovedVolumes;
import dev.lamella.store.StoreException;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lamella rm}. */
@Command(name = "rm", description = "Take images off this machine and out of the store.")
final class RmCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "References, digests or image IDs.")
    private List<String> images = List.of();

    @Option(names = "--node-only", description = "Take them off this machine; leave the store alone.")
    private boolean nodeOnly;

    @Option(
            names = "--force",
            description = "Do so though an engine's own store refers to the layers; those layers stay.")
    private boolean force;

    RmCommand(Session session) {
        this.session = session;
    }

    /** What went with one image. */
    private record Removed(
            List<String> references, List<Digest> images, List<Digest> layers, List<Digest> leased, long freedBytes) {

        static Removed references(List<String> references) {
            return new Removed(references, List.of(), List.of(), List.of(), 0);
        }
    }

    @Override
    public Integer call() throws IOException {
        DirectoryStore store = nodeOnly ? session.readStore() : session.writeStore();
        NodeService node = session.node(store);
        return new ImageLoop(session, "removed").run(images, name -> {
            Removed removed = remove(store, node, name);
            return new ImageLoop.Outcome(document(removed), line(removed));
        });
    }

    private static Map<String, Object> document(Removed removed) {
        return Json.object(
                "references", removed.references,
                "images", removed.images,
                "layers", removed.layers,
                "leasedLayers", removed.leased,
                "freedBytes", removed.freedBytes);
    }

    private String line(Removed removed) {
        String names = String.join(", ", removed.references);
        if (nodeOnly) {
            return "%s is no longer shown on this machine".formatted(names);
        }
        String stay = removed.leased.isEmpty()
                ? ""
                : "; %d more in use elsewhere, which lamella gc removes later".formatted(removed.leased.size());
        return "removed %s: %d %s, %d %s, %s%s"
                .formatted(
                        names,
                        removed.images.size(),
                        removed.images.size() == 1 ? "image" : "images",
                        removed.layers.size(),
                        removed.layers.size() == 1 ? "layer" : "layers",
                        ByteSize.mebibytes(removed.freedBytes),
                        stay);
    }

    private Removed remove(DirectoryStore store, NodeService node, String name) throws IOException {
        var finder = new ImageFinder(session, store);
        Optional<ImageRecord> image = finder.findImage(name);
        List<String> references = references(store, node, finder, name, image);
        boolean shown = false;
        for (String reference : references) {
            shown |= node.hide(reference, force);
        }
        if (image.isEmpty() && !shown) {
            throw new CommandException(
                    ExitCode.NO_INPUT, "%s: no such image, neither in the store nor on this machine".formatted(name));
        }
        if (nodeOnly || image.isEmpty()) {
            return Removed.references(references);
        }
        for (String reference : references) {
            store.removeReference(reference);
        }
        ImageRecord gone = image.get();
        if (!store.references(gone.manifestDigest()).isEmpty()) {
            return Removed.references(references);
        }
        store.removeImage(gone.manifestDigest());
        return removeLayers(store, node, references, gone);
    }

    /** A name stands for itself, a digest for all names of its image. */
    private static List<String> references(
            DirectoryStore store, NodeService node, ImageFinder finder, String name, Optional<ImageRecord> image)
            throws IOException {
        boolean byDigest = image.isPresent() && ImageFinder.isDigest(name);
        if (!byDigest) {
            return List.of(finder.reference(name));
        }
        var names = new ArrayList<>(store.references(image.get().manifestDigest()));
        String id = image.get().configDigest().hex();
        node.shownImages().stream()
                .filter(other -> other.id().equals(id))
                .flatMap(other -> other.names().stream())
                .filter(other -> !names.contains(other))
                .forEach(names::add);
        return names;
    }

    /** Removes the layers that no other image needs, in the store or on this machine. */
    private static Removed removeLayers(
            DirectoryStore store, NodeService node, List<String> references, ImageRecord gone) throws IOException {
        Set<Digest> shown =
                node.shownLayers().stream().map(layer -> layer.diffId()).collect(Collectors.toSet());
        var sizes = new LinkedHashMap<Digest, Long>();
        for (LayerRecord layer : gone.layers()) {
            if (!shown.contains(layer.diffId())) {
                sizes.put(layer.diffId(), sizeBytes(store, layer.diffId()));
            }
        }
        RemovedVolumes volumes = store.removeVolumes(sizes.keySet());
        long freedBytes = volumes.removed().stream().mapToLong(sizes::get).sum();
        return new Removed(references, List.of(gone.manifestDigest()), volumes.removed(), volumes.leased(), freedBytes);
    }

    private static long sizeBytes(DirectoryStore store, Digest diffId) throws IOException {
        try {
            return store.volume(diffId)
                    .map(Volume::descriptor)
                    .map(descriptor -> descriptor.dataSizeBytes() + descriptor.indexSizeBytes())
                    .orElse(0L);
        } catch (StoreException | VolumeException _) {
            return 0; // that it is damaged may be why it is to go
        }
    }
}
