package dev.lamella.node;

import dev.lamella.linux.PosixLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The two lists of an additional image store, and the locks by which engines notice that they changed.
 *
 * <p>A list is replaced by rename, so that its time stamp changes, and 64 fresh bytes are put into its lock file: some versions
 * look at the one, some at the other. The lock file is held meanwhile as containers/storage holds it.
 */
final class ImageStore {

    private static final int LOCK_BYTES = 64;
    private static final int LOCK_RANDOM_BYTES = 44;
    private static final int PERMISSIONS = 0644;
    private static final long LIST_BYTES_MAX = 512L << 20;

    private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern DOCUMENT = Pattern.compile("([.0-9a-z]+|=[0-9A-Za-z+=]+)(\\.new)?");

    private static final AtomicLong WRITES = new AtomicLong();

    private final Path layers;
    private final Path images;
    private final Duration lockTimeout;
    private final SecureRandom random = new SecureRandom();

    ImageStore(Path root, Duration lockTimeout) {
        this.layers = root.resolve("overlay-layers");
        this.images = root.resolve("overlay-images");
        this.lockTimeout = lockTimeout;
    }

    /** Makes an empty store where there is none; engines fail on one without its files. */
    void create() throws IOException {
        NodeFiles.makeDirectories(layers);
        NodeFiles.makeDirectories(images);
        if (!Files.exists(layersFile())) {
            writeLayers(List.of());
        }
        if (!Files.exists(imagesFile())) {
            writeImages(List.of());
        }
    }

    List<ShownLayer> layers() throws IOException {
        return Files.exists(layersFile()) ? StoreLists.readLayers(readList(layersFile()), layersFile()) : List.of();
    }

    List<ShownImage> images() throws IOException {
        return Files.exists(imagesFile()) ? StoreLists.readImages(readList(imagesFile()), imagesFile()) : List.of();
    }

    void writeLayers(List<ShownLayer> list) throws IOException {
        if (list.size() > NodeConfig.LAYERS_MAX) {
            throw new DamagedImageStoreException(
                    layersFile(), "%d layers, at most %d".formatted(list.size(), NodeConfig.LAYERS_MAX));
        }
        replace(layersFile(), layers.resolve("layers.lock"), StoreLists.writeLayers(list));
    }

    void writeImages(List<ShownImage> list) throws IOException {
        replace(imagesFile(), images.resolve("images.lock"), StoreLists.writeImages(list));
    }

    /** Keeps a document with an image. */
    void writeDocument(String imageId, String key, byte[] content) throws IOException {
        NodeFiles.makeDirectories(images.resolve(imageId));
        NodeFiles.update(images.resolve(imageId).resolve(documentName(key)), content);
    }

    /** Takes away documents that no image lists, and lists that were being written. */
    void removeUnlisted(List<ShownImage> listed) throws IOException {
        Files.deleteIfExists(NodeFiles.temporary(layersFile()));
        Files.deleteIfExists(NodeFiles.temporary(imagesFile()));
        var byId = new HashMap<String, ShownImage>();
        listed.forEach(image -> byId.put(image.id(), image));
        for (String id : NodeFiles.names(images)) {
            if (IMAGE_ID.matcher(id).matches() && Files.isDirectory(images.resolve(id))) {
                removeUnlisted(images.resolve(id), Optional.ofNullable(byId.get(id)));
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

    private Path layersFile() {
        return layers.resolve("layers.json");
    }

    private Path imagesFile() {
        return images.resolve("images.json");
    }

    private static byte[] readList(Path file) throws IOException {
        if (Files.size(file) > LIST_BYTES_MAX) {
            throw new DamagedImageStoreException(
                    file, "%d bytes, at most %d".formatted(Files.size(file), LIST_BYTES_MAX));
        }
        return Files.readAllBytes(file);
    }

    private void replace(Path file, Path lockFile, byte[] content) throws IOException {
        try (PosixLock lock = PosixLock.exclusive(lockFile, PERMISSIONS, lockTimeout)) {
            // The lock's bytes go first: killed in between, engines read an old list again. The other way round they
            // would
            // never read the new list of images, of which some versions look at nothing else.
            lock.file().replaceContent(freshLockBytes());
            NodeFiles.write(file, content);
        }
    }

    /** As containers/storage makes them: time, counter, process and random bytes. */
    private byte[] freshLockBytes() {
        byte[] salt = new byte[LOCK_RANDOM_BYTES];
        random.nextBytes(salt);
        return ByteBuffer.allocate(LOCK_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(System.nanoTime())
                .putLong(WRITES.incrementAndGet())
                .putInt((int) ProcessHandle.current().pid())
                .put(salt)
                .array();
    }
}
