package dev.lamella.cli;

import dev.lamella.node.EngineStores;
import dev.lamella.node.UserFileException;
import dev.lamella.node.UserFiles;
import dev.lamella.oci.Accounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code lamella doctor} finds in {@code storage.conf}: root's, and those that users have put in its place. */
final class StorageConfChecks {

    private static final String SUBJECT = "storage.conf";
    private static final String WRITE = "lamella configure podman --write";
    private static final String ANEW = "lamella configure podman --undo && " + WRITE;

    private final Session session;
    private final Optional<PodmanVersion> podman;
    private final Accounts accounts;
    private final Path imageStore;

    /**
     * Makes the checks.
     *
     * @param accounts the file of all users
     */
    StorageConfChecks(Session session, Optional<PodmanVersion> podman, Path accounts) throws IOException {
        this.session = session;
        this.podman = podman;
        this.accounts = new Accounts(accounts);
        this.imageStore = session.config().get(ConfigKey.NODE_IMAGE_STORE);
    }

    List<Check> run() throws IOException {
        var checks = new ArrayList<>(Deadline.within(Deadline.FILES, SUBJECT, imageStore, this::system));
        checks.addAll(Deadline.within(Deadline.FILES, "users", Path.of("/home"), this::users));
        return checks;
    }

    private List<Check> system() throws IOException {
        Path etc = ConfigureCommand.storageConf(session, Optional.empty());
        Path file = Files.exists(etc) ? etc : StorageConfFile.SYSTEM_DEFAULT;
        if (Files.notExists(file)) {
            return List.of(Check.fail(SUBJECT, etc + " does not exist", WRITE));
        }
        try {
            StorageConf conf = StorageConf.parse(Files.readString(file), file);
            var checks = new ArrayList<Check>();
            List<String> stale = stale(file);
            checks.add(imageStores(conf, file, stale));
            if (!stale.isEmpty() && conf.lists(imageStore)) {
                checks.add(Check.warn(
                        SUBJECT,
                        "%s still names %s of an earlier configuration, which no node looks after"
                                .formatted(file, String.join(", ", stale)),
                        ANEW));
            }
            layerStores(conf, file).ifPresent(checks::add);
            return checks;
        } catch (IOException e) {
            return List.of(Check.fail(SUBJECT, Failure.of(e).message(), "mend " + file));
        }
    }

    private Check imageStores(StorageConf conf, Path file, List<String> stale) {
        if (!conf.lists(imageStore)) {
            String instead =
                    stale.isEmpty() ? "" : ", but %s of an earlier configuration".formatted(String.join(", ", stale));
            return Check.fail(
                    SUBJECT,
                    "%s does not name %s%s".formatted(file, imageStore, instead),
                    stale.isEmpty() ? WRITE : ANEW);
        }
        for (String listed : conf.imageStores()) {
            if (!Files.isDirectory(Path.of(listed))) {
                boolean isOurs = Path.of(listed).normalize().equals(imageStore.normalize());
                return Check.fail(
                        SUBJECT,
                        "%s names %s, which does not exist: every podman command fails".formatted(file, listed),
                        isOurs
                                ? WRITE
                                : stale.contains(listed) ? ANEW : "take it out of additionalimagestores in " + file);
            }
        }
        return Check.ok(SUBJECT, "%s names %s".formatted(file, imageStore));
    }

    /** An image store that an earlier configuration of Lamella had is looked into by engines, and by no node. */
    private List<String> stale(Path file) throws IOException {
        return new StorageConfFile(file, StorageConfFile.SYSTEM_DEFAULT)
                .added().stream()
                        .filter(listed -> !Path.of(listed).normalize().equals(imageStore.normalize()))
                        .toList();
    }

    /**
     * From containers/storage 1.58 on, which is in Podman 5.5, a layer of an additional layer store is forgotten when the command that pulled it
     * ends, and the image is broken. Our image store is none and is not concerned.
     */
    private Optional<Check> layerStores(StorageConf conf, Path file) {
        boolean losesLayers = podman.map(version -> version.isAtLeast(5, 5)).orElse(false);
        if (conf.layerStores().isEmpty() || !losesLayers) {
            return Optional.empty();
        }
        return Optional.of(Check.warn(
                "podman",
                "%s loses layers of additional layer stores (%s): pulled images say \"layer not known\" and are pulled again"
                        .formatted(podman.get().text(), String.join(", ", conf.layerStores())),
                "take additionallayerstores out of %s; Lamella's image store is not concerned".formatted(file)));
    }

    /** A user's own file is read instead of the system's, not beside it. */
    private List<Check> users() {
        var checks = new ArrayList<Check>();
        for (Accounts.Account account : accounts.all()) {
            Path file = account.home().resolve(EngineStores.USERS_CONF);
            try {
                Optional<byte[]> content = account.uid() == 0
                        ? Optional.empty()
                        : UserFiles.read(file, owners(account), EngineStores.CONF_BYTES_MAX);
                boolean isOverridden = content.isPresent()
                        && !StorageConf.parse(new String(content.get(), StandardCharsets.UTF_8), file)
                                .lists(imageStore);
                if (isOverridden) {
                    checks.add(Check.warn(
                            SUBJECT,
                            "%s of user %s replaces the system's and does not name %s: this user's pulls download"
                                    .formatted(file, account.name(), imageStore),
                            "leave it, or name the image store in its additionalimagestores"));
                }
            } catch (UserFileException _) {
                // Not ours to read: run by somebody else than root, or a file that the engine cannot read either.
            } catch (CommandException _) {
                checks.add(Check.warn(
                        SUBJECT,
                        "%s of user %s is not a storage.conf: this user's engine fails".formatted(file, account.name()),
                        "mend " + file));
            }
        }
        return checks;
    }

    private static Set<Long> owners(Accounts.Account account) {
        return Set.of((long) account.uid());
    }
}
