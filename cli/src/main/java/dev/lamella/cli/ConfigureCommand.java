package dev.lamella.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lamella configure podman}: makes the container engine look into our image store. */
@Command(
        name = "configure",
        description = "Print or write what the container engine's storage.conf needs.",
        footer = {"", "Also right for Buildah, Skopeo and CRI-O, which read the same file."})
final class ConfigureCommand implements Callable<Integer> {

    /** The engines; all read the same file. */
    enum Engine {
        podman
    }

    /** What to do to the file. */
    static final class Action {
        @Option(names = "--write", description = "Edit the file; keeps its former bytes beside it.")
        private boolean write;

        @Option(names = "--undo", description = "Give the file its former bytes again.")
        private boolean undo;
    }

    private final Session session;

    @Parameters(paramLabel = "ENGINE", description = "podman")
    private Engine engine = Engine.podman;

    @ArgGroup
    private Action action = new Action();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The file instead of $CONTAINERS_STORAGE_CONF or /etc/containers/storage.conf.")
    private @Nullable Path file;

    ConfigureCommand(Session session) {
        this.session = session;
    }

    /** Returns the storage.conf that the engine of this machine's root reads. */
    static Path storageConf(Session session, Optional<Path> given) {
        return given.or(() -> session.variable("CONTAINERS_STORAGE_CONF").map(Path::of))
                .orElse(Path.of("/etc/containers/storage.conf"));
    }

    @Override
    public Integer call() throws IOException {
        Path imageStore = session.config().get(ConfigKey.NODE_IMAGE_STORE);
        Path target = storageConf(session, Optional.ofNullable(file));
        if (!action.write && !action.undo) {
            session.result(
                    Json.object(
                            "engine",
                            engine,
                            "file",
                            target,
                            "imageStore",
                            imageStore,
                            "lines",
                            StorageConf.lines(imageStore)),
                    StorageConf.lines(imageStore));
            return ExitCode.OK.number();
        }
        var conf = new StorageConfFile(target, StorageConfFile.SYSTEM_DEFAULT);
        StorageConfFile.Outcome outcome = action.write ? conf.write(imageStore) : conf.undo(imageStore);
        session.result(
                Json.object("engine", engine, "file", conf.file(), "imageStore", imageStore, "outcome", outcome),
                session.options().quiet() ? "" : text(outcome, conf));
        return ExitCode.OK.number();
    }

    private static String text(StorageConfFile.Outcome outcome, StorageConfFile conf) {
        String said = switch (outcome) {
            case UNCHANGED -> "is as it should be; nothing changed";
            case WRITTEN -> "now names the image store; its former bytes are in " + conf.backup();
            case CREATED -> "made; it names the image store";
            case RESTORED -> "has its former bytes again";
            case DELETED -> "removed: there was none before";
            case ENTRY_REMOVED -> "no longer names the image store; what was changed since stays";
        };
        return conf.file() + ": " + said;
    }
}
