package dev.lamella.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lamella.filetree.Digest;
import dev.lamella.linux.MountPoint;
import dev.lamella.linux.Mounts;
import dev.lamella.store.BlobRecord;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.ImageRecord;
import dev.lamella.store.LayerRecord;
import dev.lamella.store.StoreConfig;
import dev.lamella.store.StoreLimits;
import dev.lamella.store.VolumeDraft;
import dev.lamella.testkit.OciImage;
import dev.lamella.testkit.OciImages;
import dev.lamella.testkit.TarBytes;
import dev.lamella.volume.BuildListener;
import dev.lamella.volume.LayerBuilder;
import dev.lamella.volume.LayerLimits;
import dev.lamella.volume.LayerSource;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import dev.lamella.volume.VolumeDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node in a directory, with a store of its own and one engine's graphroot. Closing takes all its mounts away. */
final class TestNode implements AutoCloseable {

    private static final String KEY = "key.pem";

    private final Path directory;
    private final DirectoryStore store;

    TestNode(Path directory) throws IOException {
        assertThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("the user: this test mounts file systems, so it needs root: sudo ./test")
                .isEqualTo(0);
        this.directory = directory;
        SigningKey key = SigningKey.loadOrCreate(directory.resolve(KEY));
        StoreConfig writer = StoreConfig.writer(key, TrustedKeys.load(List.of()));
        this.store =
                DirectoryStore.open(storeRoot(directory), writer.withLimits(StoreLimits.DEFAULT.withFreeSpaceFloor(0)));
    }

    static Path storeRoot(Path directory) {
        return directory.resolve("store");
    }

    static DirectoryStore reader(Path directory) throws IOException {
        TrustedKeys trusted = TrustedKeys.load(List.of(SigningKey.publicHalf(directory.resolve(KEY))));
        return DirectoryStore.open(storeRoot(directory), StoreConfig.reader(trusted));
    }

    static NodeConfig config(Path directory, MountMode mode) {
        return new NodeConfig(
                directory.resolve("state"),
                directory.resolve("images"),
                List.of(directory.resolve("graphroot")),
                mode,
                Duration.ofSeconds(30));
    }

    /** Returns a new service, as another process or one after a reboot has. */
    NodeService service() throws IOException {
        return new NodeService(config(directory, MountMode.AUTO), reader(directory));
    }

    NodeService service(MountMode mode) {
        return new NodeService(config(directory, mode), store);
    }

    DirectoryStore store() {
        return store;
    }

    Path imageStore() {
        return directory.resolve("images");
    }

    Path state() {
        return directory.resolve("state");
    }

    Path mountPoint(String id) {
        return imageStore().resolve("overlay").resolve(id);
    }

    /** Runs a program and returns all that it says. */
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.strip();
    }

    /** Returns a layer of a few small files that say what it is called. */
    static byte[] layer(String name) {
        return new TarBytes()
                .directory("etc/")
                .file("etc/" + name, name)
                .file("etc/topmost", name)
                .file("large-" + name, (name + "\n").repeat(5000))
                .end();
    }

    /** Publishes an image under a name. */
    ImageRecord publish(String name, byte[]... tars) throws IOException {
        var builder = new OciImages().command(name);
        for (byte[] tar : tars) {
            builder.layer(tar);
        }
        OciImage image = builder.build();
        var layers = new ArrayList<LayerRecord>();
        for (int i = 0; i < tars.length; i++) {
            byte[] blob = image.layers().get(i).toByteArray();
            var layer = new LayerRecord(
                    Digest.sha256Of(blob),
                    blob.length,
                    "application/vnd.oci.image.layer.v1.tar+gzip",
                    image.diffIds().get(i));
            publish(layer, blob);
            layers.add(layer);
        }
        var record = new ImageRecord(
                image.digest(),
                image.mediaType(),
                image.manifest(),
                image.config(),
                Optional.empty(),
                layers,
                "linux/amd64",
                Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                Instant.parse("2026-01-31T12:00:00Z"));
        return store.publishImage(record, name);
    }

    private void publish(LayerRecord layer, byte[] blob) throws IOException {
        if (store.volume(layer.diffId()).isPresent()) {
            return;
        }
        var source = new LayerSource(layer.blobDigest(), layer.blobSizeBytes(), layer.diffId(), Optional.empty());
        LayerLimits limits = LayerLimits.DEFAULT.withFreeSpaceFloor(0);
        try (VolumeDraft draft = store.newVolume(layer.diffId())) {
            VolumeDescriptor descriptor = LayerBuilder.build(
                            new ByteArrayInputStream(blob), source, draft.directory(), limits, BuildListener.NONE)
                    .descriptor();
            draft.publish(descriptor);
            store.recordBlob(new BlobRecord(
                    layer.blobDigest(),
                    layer.blobSizeBytes(),
                    descriptor.blob().compression(),
                    layer.diffId(),
                    Optional.empty()));
        }
    }

    /** Returns the chain IDs of an image's layers, base first. */
    static List<String> chain(ImageRecord image) {
        return ChainId.of(image.layers().stream().map(LayerRecord::diffId).toList());
    }

    /** Lets the engine have one container, "web", on top of a layer, or none. */
    void engineUses(Optional<String> layer) throws IOException {
        Path root = directory.resolve("graphroot");
        Files.createDirectories(root.resolve("overlay-layers"));
        Files.createDirectories(root.resolve("overlay-containers"));
        Files.writeString(
                root.resolve("overlay-layers/layers.json"),
                layer.map("[{\"id\":\"rw\",\"parent\":\"%s\"}]"::formatted).orElse("[]"));
        Files.writeString(
                root.resolve("overlay-containers/containers.json"),
                "[{\"id\":\"c0ffee\",\"names\":[\"web\"],\"layer\":\"rw\"}]");
    }

    /** Returns the chain IDs of what is mounted. */
    Set<String> mounted() throws IOException {
        return MountTable.of(new LayerDirectory(imageStore(), state().resolve("layers")))
                .layers();
    }

    /** Changes one bit in the middle of a file. */
    static void flipBit(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 0x10;
        Files.write(file, content);
    }

    /**
     * Checks what engines rely on: images come with their layers and documents. That layers come with all their parents
     * is checked by reading the list.
     */
    void requireWhole() throws IOException {
        var lists = new ImageStore(imageStore(), Duration.ofSeconds(30));
        List<String> layers = lists.layers().stream().map(ShownLayer::id).toList();
        for (ShownImage image : lists.images()) {
            assertThat(layers).as("layers").contains(image.topLayer());
            for (var document : image.bigData().entrySet()) {
                Path file = imageStore()
                        .resolve("overlay-images")
                        .resolve(image.id())
                        .resolve(ImageStore.documentName(document.getKey()));
                assertThat(document.getValue().digest().matches(Files.readAllBytes(file)))
                        .as("%s has the digest that is listed", file)
                        .isTrue();
            }
        }
    }

    /** Checks that every listed layer is mounted and reads. */
    void requireMounted() throws IOException {
        requireWhole();
        for (ShownLayer layer : service().shownLayers()) {
            assertThat(mounted()).contains(layer.id());
            assertThat(mountPoint(layer.id()).resolve("diff/etc/topmost")).isRegularFile();
        }
    }

    /** Checks that image store and state hold all that belongs to what is listed, and nothing else. */
    void requireNothingLeftOver() throws IOException {
        requireWhole();
        var directories = new HashSet<String>();
        var local = new HashSet<String>();
        var diffIds = new HashSet<String>();
        for (ShownLayer layer : service().shownLayers()) {
            directories.add(layer.id());
            local.add(layer.id() + ".erofs");
            local.add(layer.id() + ".sha256");
            diffIds.add(layer.diffId().hex());
        }
        assertThat(directories).as("listed layers").containsAll(mounted());
        Path overlay = imageStore().resolve("overlay");
        assertThat(NodeFiles.names(overlay.resolve("l"))).hasSameSizeAs(directories);
        if (Files.exists(overlay)) {
            directories.add("l");
        }
        requireNames(overlay, directories);
        requireNames(state().resolve("images"), local);
        requireNames(state().resolve("layers"), diffIds);
        requireNames(imageStore().resolve("overlay-layers"), Set.of("layers.json", "layers.lock"));
        var documents = new HashSet<>(List.of("images.json", "images.lock"));
        for (ShownImage image : service().shownImages()) {
            documents.add(image.id());
            var names = new HashSet<String>();
            image.bigData().keySet().forEach(key -> names.add(ImageStore.documentName(key)));
            requireNames(imageStore().resolve("overlay-images").resolve(image.id()), names);
        }
        requireNames(imageStore().resolve("overlay-images"), documents);
    }

    private static void requireNames(Path directory, Set<String> names) throws IOException {
        assertThat(NodeFiles.names(directory)).as("names in %s", directory).containsExactlyInAnyOrderElementsOf(names);
    }

    /** Returns the files below this directory over which there are loop devices. */
    List<String> loopDevices() throws IOException {
        var files = new ArrayList<String>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : devices) {
                try {
                    String file = Files.readString(device.resolve("loop/backing_file"))
                            .strip();
                    if (file.startsWith(directory.toRealPath() + "/")) {
                        files.add(file);
                    }
                } catch (IOException _) {
                    // Not over any file, or no longer.
                }
            }
        }
        return files;
    }

    /** Takes all mounts below the directory away, the newest first, as a reboot does. */
    void reboot() throws IOException {
        String below = directory.toRealPath() + "/";
        for (MountPoint mount : MountPoint.list().reversed()) {
            if (mount.target().startsWith(below)) {
                Mounts.detach(Path.of(mount.target()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        reboot();
    }
}
