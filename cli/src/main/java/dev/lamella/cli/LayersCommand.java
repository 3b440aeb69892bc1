package dev.lamella.cli;

import dev.lamella.filetree.Digest;
import dev.lamella.node.LayerStoreUses;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.StoreException;
import dev.lamella.volume.Volume;
import dev.lamella.volume.VolumeDescriptor;
import dev.lamella.volume.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lamella layers}. */
@Command(name = "layers", description = "List the layer volumes.")
final class LayersCommand implements Callable<Integer> {

    private final Session session;

    @Option(
            names = "--uses",
            description =
                    "List instead which layers of the layer store engines use: how often they said so, and how many layers are in their stores.")
    private boolean uses;

    LayersCommand(Session session) {
        this.session = session;
    }

    /** Returns the manifest digests of the images that each layer belongs to. */
    static Map<Digest, List<String>> users(DirectoryStore store) throws IOException {
        var users = new HashMap<Digest, List<String>>();
        for (ImageRecord image : store.images()) {
            image.layers().stream()
                    .map(layer -> layer.diffId())
                    .distinct()
                    .forEach(diffId -> users.computeIfAbsent(diffId, _ -> new ArrayList<>())
                            .add(image.manifestDigest().toString()));
        }
        return users;
    }

    /** Returns what is known of the blobs of each layer. */
    static Map<Digest, List<BlobRecord>> blobs(DirectoryStore store) throws IOException {
        return store.blobs().stream().collect(Collectors.groupingBy(BlobRecord::diffId));
    }

    private int listUses(DirectoryStore store) throws IOException {
        Map<LayerStoreUses.Key, Integer> counted = LayerStoreUses.read(session.nodeConfig());
        Map<LayerStoreUses.Key, Integer> found = session.node(store).layerStoreUses();
        var keys = new TreeSet<>(counted.keySet());
        keys.addAll(found.keySet());
        var documents = new ArrayList<Map<String, Object>>();
        var table = new Table("REFERENCE", "DIGEST", "COUNTED", "IN STORES");
        for (LayerStoreUses.Key key : keys) {
            int count = counted.getOrDefault(key, 0);
            int inStores = found.getOrDefault(key, 0);
            documents.add(Json.object(
                    "reference", key.reference(), "digest", key.digest(), "counted", count, "inStores", inStores));
            table.row(
                    key.reference().orElse("-"),
                    Documents.shortened(key.digest()),
                    String.valueOf(count),
                    String.valueOf(inStores));
        }
        session.result(Json.object("uses", documents), table.toString());
        return ExitCode.OK.number();
    }

    /** Returns the first digits of the digest of a table of contents, of which a layer seldom has more than one. */
    private static String shortenedToc(List<BlobRecord> blobs) {
        return blobs.stream()
                .flatMap(blob -> blob.tocDigest().stream())
                .map(Documents::shortened)
                .findFirst()
                .orElse("-");
    }

    @Override
    public Integer call() throws IOException {
        DirectoryStore store = session.readStore();
        if (uses) {
            return listUses(store);
        }
        Map<Digest, List<String>> users = users(store);
        Map<Digest, List<BlobRecord>> blobs = blobs(store);
        var documents = new ArrayList<Map<String, Object>>();
        var table = new Table("DIFFID", "BLOB", "TOC", "DATA", "INDEX", "ENTRIES", "IMAGES");
        ExitCode code = ExitCode.OK;
        for (Digest diffId : store.volumes()) {
            try {
                Optional<Volume> volume = store.volume(diffId);
                if (volume.isEmpty()) {
                    continue; // removed since it was listed
                }
                List<String> images = users.getOrDefault(diffId, List.of());
                List<BlobRecord> known = blobs.getOrDefault(diffId, List.of());
                documents.add(Documents.volume(volume.get(), images, known));
                VolumeDescriptor descriptor = volume.get().descriptor();
                table.row(
                        Documents.shortened(diffId),
                        Documents.shortened(descriptor.blob().digest()),
                        shortenedToc(known),
                        ByteSize.mebibytes(descriptor.dataSizeBytes()),
                        ByteSize.mebibytes(descriptor.indexSizeBytes()),
                        String.valueOf(descriptor.counts().entries()),
                        String.valueOf(images.size()));
            } catch (VolumeException | StoreException e) {
                session.warn("layer %s: %s".formatted(diffId, e.getMessage()));
                code = ExitCode.BAD_DATA;
            }
        }
        session.result(Json.object("layers", documents), table.toString());
        return code.number();
    }
}
