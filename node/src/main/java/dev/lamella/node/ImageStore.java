package dev.lamella.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The two lists of an additional image store, and the documents of its images. */
final class ImageStore {

    private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern DOCUMENT = Pattern.compile("([.0-9a-z]+|=[0-9A-Za-z+=]+)(\\.new)?");

    private final Path layersDirectory;
    private final Path imagesDirectory;
    private final ListFile<ShownLayer> layers;
    private final ListFile<ShownImage> images;

    ImageStore(Path root, Duration lockTimeout) {
        this.layersDirectory = root.resolve("overlay-layers");
        this.imagesDirectory = root.resolve("overlay-images");
        this.layers = new ListFile<>(layersDirectory, "layers", StoreLists.LAYERS, lockTimeout);
        this.images = new ListFile<>(imagesDirectory, "images", StoreLists.IMAGES, lockTimeout);
    }

    /** Makes an empty store where there is none; engines fail on one without its files. */
    void create() throws IOException {
        NodeFiles.makeDirectories(layersDirectory);
        NodeFiles.makeDirectories(imagesDirectory);
        if (!Files.exists(layers.file())) {
            writeLayers(List.of());
        }
        if (!Files.exists(images.file())) {
            writeImages(List.of());
        }
    }

    List<ShownLayer> layers() throws IOException {
        return layers.read();
    }

    List<ShownImage> images() throws IOException {
        return images.read();
    }

    void writeLayers(List<ShownLayer> list) throws IOException {
        if (list.size() > NodeConfig.LAYERS_MAX) {
            throw new DamagedImageStoreException(
                    layers.file(), "%d layers, at most %d".formatted(list.size(), NodeConfig.LAYERS_MAX));
        }
        layers.write(list);
    }

    void writeImages(List<ShownImage> list) throws IOException {
        images.write(list);
    }

    /** Keeps a document with an image. */
    void writeDocument(String imageId, String key, byte[] content) throws IOException {
        NodeFiles.makeDirectories(imagesDirectory.resolve(imageId));
        NodeFiles.update(imagesDirectory.resolve(imageId).resolve(documentName(key)), content);
    }

    /** Takes away documents that no image lists, and lists that were being written. */
    void removeUnlisted(List<ShownImage> listed) throws IOException {
        Files.deleteIfExists(NodeFiles.temporary(layers.file()));
        Files.deleteIfExists(NodeFiles.temporary(images.file()));
        var byId = new HashMap<String, ShownImage>();
        listed.forEach(image -> byId.put(image.id(), image));
        for (String id : NodeFiles.names(imagesDirectory)) {
            if (IMAGE_ID.matcher(id).matches() && Files.isDirectory(imagesDirectory.resolve(id))) {
                removeUnlisted(imagesDirectory.resolve(id), Optional.ofNullable(byId.get(id)));
            }
        }
    }

    private static void removeUnlisted(Path directory, Optional<ShownImage> image) throws IOException {
        Set<String> listed = image.map(ShownImage::bigData).map(Map::keySet).orElse(Set.of()).stream()
                .map(ImageStore::documentName)
                .collect(Collectors.toSet());
        for (String name : NodeFiles.names(directory)) {
            if (!listed.contains(name) && DOCUMENT.matcher(name).matches()) {
                Files.deleteIfExists(directory.resolve(name));
            }
        }
        if (NodeFiles.names(directory).isEmpty()) {
            Files.delete(directory);
        }
    }

    /** Plain lower-case names stay; others are written in Base64 behind an equals sign, as containers/storage does. */
    static String documentName(String key) {
        boolean plain = key.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
        return plain ? key : "=" + Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }
}
