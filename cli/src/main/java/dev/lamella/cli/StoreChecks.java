package dev.lamella.cli;

import dev.lamella.filetree.Digest;
import dev.lamella.node.NodeView;
import dev.lamella.node.ShownLayer;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.StoreConfig;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code lamella doctor} finds of configuration, keys and store. */
final class StoreChecks {

    private final Session session;
    private final Path path;
    private final Duration limit;

    /**
     * Makes the checks.
     *
     * @param limit how long the store's file system has
     */
    StoreChecks(Session session, Duration limit) throws IOException {
        this.session = session;
        this.limit = limit;
        this.path = session.config().get(ConfigKey.STORE_PATH);
    }

    List<Check> run() throws IOException {
        var checks = new ArrayList<Check>();
        checks.add(configuration());
        checks.add(key());
        checks.add(trusted());
        checks.addAll(Deadline.within(limit, "store", path, this::inStore));
        return checks;
    }

    /** Everything that touches the store, which may lie on another machine. */
    private List<Check> inStore() throws IOException {
        var checks = new ArrayList<Check>();
        checks.addAll(store());
        if (Files.isDirectory(path)) {
            checks.add(writable());
        }
        checks.add(space());
        return checks;
    }

    private Check configuration() throws IOException {
        Path file = session.config().file();
        return Check.ok("configuration", Files.exists(file) ? file + " is right" : "defaults; there is no " + file);
    }

    private Check key() throws IOException {
        Path file = session.config().get(ConfigKey.SIGNING_KEY);
        if (Files.notExists(file)) {
            return Check.ok("signing key", file + " will be made by the first 'lamella publish'");
        }
        try {
            return Check.ok(
                    "signing key",
                    "%s (%s)"
                            .formatted(
                                    file,
                                    SigningKey.shortId(
                                            SigningKey.loadOrCreate(file).keyId())));
        } catch (IOException e) {
            return Check.warn("signing key", Failure.of(e).message(), "chmod 600 %s, or run as root".formatted(file));
        }
    }

    private Check trusted() {
        try {
            TrustedKeys keys = session.trustedKeys();
            return keys.keyIds().isEmpty()
                    ? Check.warn(
                            "trusted keys",
                            "none: no volume can be used",
                            "name the publisher's .pub file in signing.trusted-keys, or publish here")
                    : Check.ok("trusted keys", "%d".formatted(keys.keyIds().size()));
        } catch (IOException e) {
            return Check.fail("trusted keys", Failure.of(e).message(), "mend signing.trusted-keys");
        }
    }

    private List<Check> store() {
        if (Files.notExists(path)) {
            return List.of(Check.warn("store", path + " does not exist yet", "lamella publish IMAGE"));
        }
        try {
            var store = DirectoryStore.open(path, StoreConfig.reader(session.trustedKeys()));
            Set<Digest> volumes = Set.copyOf(store.volumes());
            return List.of(
                    Check.ok(
                            "store",
                            "%s: %d images, %d layers"
                                    .formatted(path, store.images().size(), volumes.size())),
                    volumes(volumes));
        } catch (IOException e) {
            return List.of(Check.fail(
                    "store", Failure.of(e).message(), "set store.path to a store, or to an empty directory"));
        }
    }

    /** A layer that is shown and mounted goes on without its volume in the store; after a reboot it does not. */
    private Check volumes(Set<Digest> volumes) {
        try {
            var view = new NodeView(session.nodeConfig());
            List<ShownLayer> missing = view.layers().stream()
                    .filter(layer -> !volumes.contains(layer.diffId()))
                    .toList();
            if (missing.isEmpty()) {
                return Check.ok("volumes", "those of all layers shown are in the store");
            }
            ShownLayer first = missing.getFirst();
            Optional<String> image = view.images().stream()
                    .filter(shown -> shown.topLayer().equals(first.id())
                            && !shown.names().isEmpty())
                    .map(shown -> shown.names().getFirst())
                    .findFirst();
            return Check.fail(
                    "volumes",
                    "%d of layers shown are missing in the store, as %s: they will not be mounted again after a reboot"
                            .formatted(missing.size(), first.diffId()),
                    "lamella publish %s"
                            .formatted(image.orElse("IMAGE, for each image that 'lamella node --once' names")));
        } catch (IOException e) {
            return Check.fail("volumes", Failure.of(e).message(), "lamella node --once");
        }
    }

    private Check writable() {
        try {
            Path probe = Files.createTempFile(path, ".doctor", "");
            Files.delete(probe);
            return Check.ok("store access", "writable");
        } catch (IOException _) {
            return Check.warn(
                    "store access", path + " is not writable: images can be run, not published", "sudo lamella doctor");
        }
    }

    private Check space() throws IOException {
        Path there = path;
        while (Files.notExists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        FileStore disk = Files.getFileStore(there);
        long freeBytes = disk.getUsableSpace();
        long floorBytes = session.config().get(ConfigKey.STORE_FREE_SPACE_FLOOR);
        String detail = "%s free for %s (%s)".formatted(ByteSize.mebibytes(freeBytes), path, disk.type());
        return freeBytes > floorBytes
                ? Check.ok("free space", detail)
                : Check.fail(
                        "free space",
                        detail + ", no more than store.free-space-floor " + ByteSize.exact(floorBytes),
                        "lamella images; lamella rm IMAGE");
    }
}
