package dev.lamella.store;

import dev.lamella.volume.DurableFiles;
import dev.lamella.volume.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** The {@code store.json} of a directory store: that it is one, and of which version. */
final class StoreVersion {

    static final int VERSION = 1;

    private static final int SIZE_BYTES_MAX = 4096;

    private StoreVersion() {}

    /** Checks that there is a store of our version. */
    static void require(StoreLayout layout) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(layout.version())) {
            content = in.readNBytes(SIZE_BYTES_MAX + 1);
        } catch (NoSuchFileException _) {
            throw new StoreVersionException(layout.root(), "not a volume store: it has no store.json");
        }
        StrictJson json = StrictJson.parse(content, layout.version().toString(), SIZE_BYTES_MAX);
        long version = json.integer("storeVersion", 1, Integer.MAX_VALUE);
        if (version != VERSION) {
            throw new StoreVersionException(
                    layout.root(), "a store of version %d; this program knows version %d".formatted(version, VERSION));
        }
        json.end();
    }

    /** Makes a store of an empty or missing directory; finishes one whose making was cut short. */
    static void initialise(StoreLayout layout) throws IOException {
        Path root = layout.root();
        if (Files.notExists(root)) {
            Files.createDirectories(root);
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (Files.notExists(layout.version())) {
            List<Path> areas = List.of(
                    layout.drafts(),
                    layout.volumes(),
                    layout.blobs(),
                    layout.tocs(),
                    layout.images(),
                    layout.indexes(),
                    layout.references(),
                    layout.leases());
            requireOurs(layout, areas);
            for (Path area : areas) {
                Draft.makeDirectories(root, area);
            }
            try (Draft draft = Draft.create(layout.drafts(), "version")) {
                DurableFiles.writeReadOnly(draft.content(), StrictJson.write(Map.of("storeVersion", VERSION)));
                Files.move(draft.content(), layout.version(), StandardCopyOption.ATOMIC_MOVE);
            }
            DurableFiles.syncDirectory(root);
        }
        require(layout);
    }

    private static void requireOurs(StoreLayout layout, List<Path> areas) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.root())) {
            for (Path entry : entries) {
                boolean known = areas.contains(entry)
                        || entry.equals(layout.lock())
                        || entry.equals(layout.version())
                        || StoreFiles.nameOf(entry).equals("lost+found");
                if (!known) {
                    throw new StoreVersionException(
                            layout.root(),
                            "has no store.json but other files (%s): choose an empty directory"
                                    .formatted(StoreFiles.nameOf(entry)));
                }
            }
        }
    }
}
