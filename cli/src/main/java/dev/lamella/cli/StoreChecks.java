package dev.lamella.cli;

import dev.lamella.store.DirectoryStore;
import dev.lamella.store.StoreConfig;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code lamella doctor} finds of configuration, keys and store. */
final class StoreChecks {

    private final Session session;
    private final Path path;

    StoreChecks(Session session) throws IOException {
        this.session = session;
        this.path = session.config().get(ConfigKey.STORE_PATH);
    }

    List<Check> run() throws IOException {
        var checks = new ArrayList<Check>();
        checks.add(configuration());
        checks.add(key());
        checks.add(trusted());
        checks.add(store());
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

    private Check store() {
        if (Files.notExists(path)) {
            return Check.warn("store", path + " does not exist yet", "lamella publish IMAGE");
        }
        try {
            var store = DirectoryStore.open(path, StoreConfig.reader(session.trustedKeys()));
            return Check.ok(
                    "store",
                    "%s: %d images, %d layers"
                            .formatted(
                                    path, store.images().size(), store.volumes().size()));
        } catch (IOException e) {
            return Check.fail("store", Failure.of(e).message(), "set store.path to a store, or to an empty directory");
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
