package dev.lamella.node;

import dev.lamella.erofs.LayerDirectoryImage;
import dev.lamella.filetree.ByteString;
import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The shape of a layer in the image store, the one that works in all of Podman 4.3 to 5.8, with and without id mapping.
 *
 * <ul>
 *   <li>{@code overlay/<id>} is itself the mount point of an EROFS image that holds {@code diff} and the small files beside it.
 *       Were {@code diff} a symbolic link, {@code podman diff} would silently print nothing and id mappings would be lost; were it
 *       a mount point, a container with an id mapping would silently see an empty layer.
 *   <li>{@code l/<key>} leads to {@code ../<id>}, and the file {@code link} says {@code <key>/d}. An engine with containers/storage
 *       up to 1.62 takes the parent of the path {@code l/<key>/d}, if that parent is not {@code l}, as the root of its
 *       id-mapped clone: so it clones the layer's own mount, and not the bare directory around all of them.
 *   <li>{@code d} reads {@code s/../../<id>/diff}. Cleaned as text behind any name, as the engine does, that is {@code <id>/diff};
 *       followed by the kernel ({@code s} leads two directories down, {@code <id>} to the directory itself) it never leaves the
 *       mount, wherever that is attached.
 *   <li>Below the mount are copies of the small files and no {@code diff}: a layer that is not mounted fails loudly.
 *   <li>{@code additionallayer} names a directory through one that does not exist. The engine cleans the path before it reads
 *       {@code info} and {@code blob} there, but not before it removes it, so that the removal which says "no longer used" ends
 *       in ENOENT, as an additional layer store has to answer. {@code use} is a dangling link for the same reason.
 * </ul>
 */
final class LayerDirectory {

    private static final int KEY_DIGITS = 12;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{" + KEY_DIGITS + "}");
    private static final String UP = "../";
    private static final String DOWN = "n";
    private static final String LINK = "link";
    private static final String LOWER = "lower";
    private static final String ADDITIONAL_LAYER = "additionallayer";

    private final Path imageStore;
    private final Path blobs;

    /**
     * Makes a view of an image store.
     *
     * @param imageStore its directory
     * @param blobs directory of the directories from which engines take a layer's tar
     */
    LayerDirectory(Path imageStore, Path blobs) {
        this.imageStore = imageStore;
        this.blobs = blobs;
    }

    /** Returns the view of a node's. */
    static LayerDirectory of(NodeConfig config) {
        return new LayerDirectory(config.imageStore(), config.state().resolve("layers"));
    }

    /** Returns the directory of the places where layers are mounted, each named by its chain ID. */
    Path mountPoints() {
        return imageStore.resolve("overlay");
    }

    /** Returns where a layer is mounted. */
    Path mountPoint(String id) {
        return mountPoints().resolve(id);
    }

    private Path shortLinks() {
        return mountPoints().resolve("l");
    }

    private Path shortLink(String id) {
        return shortLinks().resolve(key(id));
    }

    /** The keys of one machine's stores must differ, so the store's place is in it. */
    private String key(String id) {
        return Digest.sha256Of((imageStore + "\0" + id).getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, KEY_DIGITS);
    }

    private String lower(String parent) {
        return "l/" + key(parent) + "/d";
    }

    private Path additionalLayer(Digest diffId) {
        return blobs.resolve(diffId.hex());
    }

    /**
     * Returns what lies beside {@code diff} in a layer's image.
     *
     * @param id its chain ID
     * @param diffId its DiffID
     * @param parents chain IDs of the layers below it, the nearest first
     */
    LayerDirectoryImage.Beside beside(String id, Digest diffId, List<String> parents) {
        var links = new LinkedHashMap<ByteString, ByteString>();
        links.put(ByteString.utf8("d"), ByteString.utf8("s/../../" + id + "/diff"));
        links.put(ByteString.utf8("s"), ByteString.utf8(DOWN + "/" + DOWN));
        links.put(ByteString.utf8(id), ByteString.utf8("."));
        List<ByteString> directories = List.of(ByteString.utf8(DOWN), ByteString.utf8(DOWN));
        return new LayerDirectoryImage.Beside(files(id, diffId, parents), links, directories);
    }

    private Map<ByteString, byte[]> files(String id, Digest diffId, List<String> parents) {
        var files = new LinkedHashMap<ByteString, byte[]>();
        files.put(ByteString.utf8(LINK), utf8(key(id) + "/d"));
        if (!parents.isEmpty()) {
            List<String> lower = parents.stream().map(this::lower).toList();
            files.put(ByteString.utf8(LOWER), utf8(String.join(":", lower)));
        }
        files.put(ByteString.utf8(ADDITIONAL_LAYER), utf8(blobs.resolve("none") + "/../" + diffId.hex()));
        return files;
    }

    /** Returns where an engine finds a layer's tar, as long as it is shown. */
    Path blob(Digest diffId) {
        return additionalLayer(diffId).resolve("blob");
    }

    /** Makes what stands below the mount, and the short link to it. The layer must not be mounted. */
    void make(ShownLayer layer, List<String> parents) throws IOException {
        String id = layer.id();
        Path directory = mountPoint(id);
        NodeFiles.makeDirectories(directory);
        for (Map.Entry<ByteString, byte[]> file :
                files(id, layer.diffId(), parents).entrySet()) {
            NodeFiles.updateUnsynced(directory.resolve(file.getKey().toString()), file.getValue());
        }
        NodeFiles.makeDirectories(shortLinks());
        NodeFiles.link(shortLink(id), UP + id);
    }

    /** Makes the directory from which an engine takes the layer's tar when it pushes or saves an image. */
    void makeAdditionalLayer(ShownLayer layer, Path data) throws IOException {
        Path directory = additionalLayer(layer.diffId());
        NodeFiles.makeDirectories(directory);
        NodeFiles.link(blob(layer.diffId()), data.toAbsolutePath().toString());
        NodeFiles.link(directory.resolve("use"), directory.resolve("none/use").toString());
        NodeFiles.updateUnsynced(directory.resolve("info"), StoreLists.additionalLayer(layer, Optional.empty()));
    }

    /** Returns what mounts of overlayfs call the layers of this store that they lie on: chain IDs, or the keys of their short links. */
    Set<String> namedIn(List<String> overlayOptions) {
        String below = mountPoints() + "/";
        String belowLinks = shortLinks() + "/";
        var names = new HashSet<String>();
        for (String options : overlayOptions) {
            for (String path : options.split("[,:=]", -1)) {
                if (path.startsWith(below)) {
                    String rest = path.substring((path.startsWith(belowLinks) ? belowLinks : below).length());
                    names.add(rest.split("/", 2)[0]);
                }
            }
        }
        return names;
    }

    /** Returns whether a layer is among those that overlays lie on. */
    boolean isAmong(Set<String> named, String id) {
        return named.contains(id) || named.contains(key(id));
    }

    /** Returns the chain IDs of layers of which there is a directory or a short link. */
    Set<String> present() throws IOException {
        var ids = new TreeSet<String>();
        for (String name : NodeFiles.names(mountPoints())) {
            if (ID.matcher(name).matches()) {
                ids.add(name);
            }
        }
        for (String name : NodeFiles.names(shortLinks())) {
            Path link = shortLinks().resolve(name);
            String target =
                    Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).toString() : "";
            String id = target.startsWith(UP) ? target.substring(UP.length()) : "";
            if (ID.matcher(id).matches() && name.equals(key(id))) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** Returns those of some layers that lie below a layer, as its own files say. */
    Set<String> below(String id, Set<String> layers) throws IOException {
        Path lower = mountPoint(id).resolve(LOWER);
        if (Files.notExists(lower)) {
            return Set.of();
        }
        Set<String> links = Set.of(Files.readString(lower).split(":", -1));
        return layers.stream().filter(layer -> links.contains(lower(layer))).collect(Collectors.toSet());
    }

    /**
     * Takes away a layer's directory, which must not be mounted, unless it holds anything that does not belong there.
     */
    void remove(String id) throws IOException {
        Files.deleteIfExists(shortLink(id));
        NodeFiles.removeDirectory(mountPoint(id), List.of(LINK, LOWER, ADDITIONAL_LAYER));
    }

    /** Returns the DiffIDs, without their algorithm, of which there is a directory for push and save. */
    List<String> additionalLayers() throws IOException {
        return NodeFiles.names(blobs).stream()
                .filter(name -> ID.matcher(name).matches())
                .toList();
    }

    /** Takes the directory for push and save away. */
    void removeAdditionalLayer(String diffIdHex) throws IOException {
        NodeFiles.removeDirectory(blobs.resolve(diffIdHex), List.of("info", "blob", "use"));
    }

    /** Takes away links that were being made. */
    void removeTemporaries() throws IOException {
        for (String name : NodeFiles.names(shortLinks())) {
            String link = NodeFiles.withoutTemporary(name);
            if (!link.equals(name) && KEY.matcher(link).matches()) {
                Files.deleteIfExists(shortLinks().resolve(name));
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
