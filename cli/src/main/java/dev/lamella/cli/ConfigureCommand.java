package dev.lamella.cli;

import dev.lamella.node.EngineStores;
import dev.lamella.node.NodeService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lamella configure podman}: makes the container engine look into our image store, and ask the node for images. */
@Command(
        name = "configure",
        description =
                "Print or write what the container engine needs: the image store in storage.conf, and the hook or the mirror.",
        footer = {"", "Also right for Buildah, Skopeo and CRI-O, which read the same files."})
final class ConfigureCommand implements Callable<Integer> {

    /** The engines; all read the same file. */
    enum Engine {
        podman
    }

    /** What to do to the file. */
    static final class Action {
        @Option(names = "--write", description = "Write the files; keeps the former bytes of storage.conf beside it.")
        private boolean write;

        @Option(names = "--undo", description = "Give storage.conf its former bytes again, and remove the others.")
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

    @Option(
            names = "--doors",
            paramLabel = "DOORS",
            description =
                    "How engines ask for images: ${COMPLETION-CANDIDATES} (default: auto, the hook from Podman 5.2 on, else the mirror).",
            defaultValue = "auto")
    private Doors doors = Doors.auto;

    @Option(
            names = "--registries-directory",
            paramLabel = "DIR",
            description = "The drop-in directory of registries.conf (default: /etc/containers/registries.conf.d).")
    private @Nullable Path registriesDirectory;

    ConfigureCommand(Session session) {
        this.session = session;
    }

    /** Returns the storage.conf that the engine of this machine's root reads. */
    static Path storageConf(Session session, Optional<Path> given) {
        return given.or(() -> session.variable("CONTAINERS_STORAGE_CONF").map(Path::of))
                .orElse(EngineStores.CONF);
    }

    @Override
    public Integer call() throws IOException {
        Path imageStore = session.config().get(ConfigKey.NODE_IMAGE_STORE);
        Path target = storageConf(session, Optional.ofNullable(file));
        Map<OwnedFile, Boolean> owned = ownedFiles();
        List<OwnedFile> wanted = owned.keySet().stream().filter(owned::get).toList();
        if (!action.write && !action.undo) {
            print(target, imageStore, wanted);
            return ExitCode.OK.number();
        }
        var lines = new ArrayList<String>();
        var documents = new ArrayList<Map<String, Object>>();
        // Lines that name a script go before the script.
        for (OwnedFile each : List.copyOf(owned.keySet()).reversed()) {
            if (action.undo || !wanted.contains(each)) {
                OwnedFile.Outcome outcome = each.delete();
                if (outcome != OwnedFile.Outcome.UNCHANGED) {
                    lines.add(each.path() + ": " + text(outcome));
                    documents.add(Json.object("file", each.path(), "outcome", outcome));
                }
            }
        }
        for (OwnedFile each : action.write ? wanted : List.<OwnedFile>of()) {
            OwnedFile.Outcome outcome = each.write();
            lines.add(each.path() + ": " + text(outcome));
            documents.add(Json.object("file", each.path(), "outcome", outcome));
        }
        if (action.write) {
            NodeService.createImageStore(session.nodeConfig());
        }
        var conf = new StorageConfFile(target, StorageConfFile.SYSTEM_DEFAULT);
        StorageConfFile.Outcome outcome = action.write ? conf.write(imageStore) : conf.undo(imageStore);
        lines.addFirst(text(outcome, conf));
        session.result(
                Json.object(
                        "engine",
                        engine,
                        "file",
                        conf.file(),
                        "imageStore",
                        imageStore,
                        "outcome",
                        outcome,
                        "files",
                        documents),
                session.options().quiet() ? "" : String.join("\n", lines));
        return ExitCode.OK.number();
    }

    /** By which ways engines ask for images. */
    enum Doors {
        /** The hook for engines that have it, else the mirror. */
        auto,
        hook,
        mirror,
        both,
        none
    }

    /** The files that are ours alone, and whether the wanted doors need them. */
    private Map<OwnedFile, Boolean> ownedFiles() throws IOException {
        // Nothing is wanted when all is taken away: Podman, which may be gone already, need not be asked.
        boolean hasHook = doors == Doors.auto
                && !action.undo
                && EngineHook.isKnownTo(PodmanVersion.ask(session).flatMap(PodmanVersion::parse));
        boolean hook = hasHook || doors == Doors.hook || doors == Doors.both;
        boolean mirror = doors == Doors.mirror || doors == Doors.both || (doors == Doors.auto && !hasHook);
        Path directory = registriesDirectory != null ? registriesDirectory : session.registriesDirectory();
        EngineDoors all = EngineDoors.of(session, directory);
        var files = new LinkedHashMap<OwnedFile, Boolean>();
        all.hook().forEach(file -> files.put(file, hook));
        files.put(all.mirrorConf(), mirror);
        return files;
    }

    private void print(Path target, Path imageStore, List<OwnedFile> owned) {
        var text = new StringBuilder(
                "# %s: engines look into the image store\n%s".formatted(target, StorageConf.lines(imageStore)));
        var documents = new ArrayList<Map<String, Object>>();
        for (OwnedFile each : owned) {
            text.append("\n# %s:\n%s".formatted(each.path(), each.content()));
            documents.add(Json.object("file", each.path(), "content", each.content()));
        }
        session.result(
                Json.object(
                        "engine",
                        engine,
                        "file",
                        target,
                        "imageStore",
                        imageStore,
                        "lines",
                        StorageConf.lines(imageStore),
                        "files",
                        documents),
                text.toString());
    }

    private static String text(OwnedFile.Outcome outcome) {
        return switch (outcome) {
            case UNCHANGED -> "is as it should be; nothing changed";
            case WRITTEN -> "written";
            case DELETED -> "removed";
        };
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
