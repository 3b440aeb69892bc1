package dev.lamella.cli;

import dev.lamella.door.Mirror;
import dev.lamella.generator.PublishLimits;
import dev.lamella.node.EngineStores;
import dev.lamella.node.MountMode;
import dev.lamella.node.NodeConfig;
import dev.lamella.node.NodeService;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.EngineFiles;
import dev.lamella.oci.Platform;
import dev.lamella.oci.RegistryLimits;
import dev.lamella.store.DirectoryStore;
import dev.lamella.store.StoreConfig;
import dev.lamella.store.StoreLimits;
import dev.lamella.store.VolumeStore;
import dev.lamella.tar.TarLimits;
import dev.lamella.volume.LayerLimits;
import dev.lamella.volume.SigningKey;
import dev.lamella.volume.TrustedKeys;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of the command: where it prints, what it was configured with. For one thread. */
final class Session {

    private final Surroundings surroundings;
    private final GlobalOptions options;
    private @Nullable Config config;
    private @Nullable EngineConfig engine;

    /**
     * What is around the command.
     *
     * @param out where results go
     * @param err where everything else goes
     * @param environment the environment variables
     * @param terminal whether {@code err} is a terminal
     */
    record Surroundings(PrintStream out, PrintStream err, Map<String, String> environment, boolean terminal) {}

    Session(Surroundings surroundings, GlobalOptions options) {
        this.surroundings = surroundings;
        this.options = options;
    }

    /** Returns a session with the same surroundings and options, which reads the configuration anew. */
    Session again() {
        return new Session(surroundings, options);
    }

    GlobalOptions options() {
        return options;
    }

    Map<String, String> environment() {
        return surroundings.environment();
    }

    PrintStream out() {
        return surroundings.out();
    }

    PrintStream err() {
        return surroundings.err();
    }

    /** Returns whether progress bars may be drawn. */
    boolean drawsProgress() {
        return surroundings.terminal() && !options.noProgress() && !options.quiet();
    }

    /** Reads the configuration when it is first asked for, and sets up logging as it says. */
    Config config() throws IOException {
        return config("warn");
    }

    /** Like {@link #config()}, with the log level that {@code log.level = "auto"} stands for. */
    Config config(String automaticLevel) throws IOException {
        if (config != null) {
            return config;
        }
        Config loaded = Config.load(options.config(), surroundings.environment());
        String level = loaded.get(ConfigKey.LOG_LEVEL);
        if (options.verbosity() > 0) {
            level = options.verbosity() == 1 ? "info" : "debug";
        } else if (level.equals("auto")) {
            level = automaticLevel;
        }
        Logging.apply(level, loaded.get(ConfigKey.LOG_FORMAT));
        config = loaded;
        return loaded;
    }

    /** Prints a result: the JSON document if that was asked for, else the text. */
    void result(Object json, String text) {
        if (options.json()) {
            surroundings.out().println(Json.write(json));
        } else if (!text.isEmpty()) {
            surroundings.out().print(text.endsWith("\n") ? text : text + "\n");
        }
        surroundings.out().flush();
    }

    /** Prints raw text to standard output. */
    void raw(CharSequence text) {
        surroundings.out().append(text).flush();
    }

    /** Tells people something, unless they want quiet. */
    void tell(String line) {
        if (!options.quiet()) {
            surroundings.err().println(line);
        }
    }

    /** Warns people. */
    void warn(String line) {
        surroundings.err().println("lamella: warning: " + line);
    }

    /** Says what went wrong, with the stack trace if that was asked for; returns the code to end with. */
    ExitCode report(Exception thrown) {
        Failure failure = Failure.of(thrown);
        err().println("lamella: " + failure.message());
        if (options.verbosity() > 1) {
            thrown.printStackTrace(err());
        }
        return failure.code();
    }

    /** Returns whether something was published here yet. */
    boolean hasStore() throws IOException {
        return DirectoryStore.exists(config().get(ConfigKey.STORE_PATH));
    }

    /** Opens the store for reading. */
    DirectoryStore readStore() throws IOException {
        return DirectoryStore.open(
                config().get(ConfigKey.STORE_PATH),
                StoreConfig.reader(trustedKeys()).withLimits(storeLimits()));
    }

    /** Opens the store for a node: on a machine where nothing was published or pulled yet, there may be none. */
    DirectoryStore nodeStore() throws IOException {
        return hasStore() ? readStore() : writeStore();
    }

    /** Opens the store for writing; makes store and key at first use. */
    DirectoryStore writeStore() throws IOException {
        return DirectoryStore.open(
                config().get(ConfigKey.STORE_PATH),
                StoreConfig.writer(signingKey(), trustedKeys()).withLimits(storeLimits()));
    }

    /** Reads the signing key, or makes it at first use. */
    SigningKey signingKey() throws IOException {
        Path file = config().get(ConfigKey.SIGNING_KEY);
        Path directory = file.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        boolean isNew = Files.notExists(file);
        SigningKey key = SigningKey.loadOrCreate(file);
        if (isNew) {
            tell("made the signing key %s; nodes that trust it need a copy of %s"
                    .formatted(file, SigningKey.publicHalf(file)));
        }
        return key;
    }

    /** Returns the keys whose signatures count here: the configured ones, and the one this machine signs with. */
    TrustedKeys trustedKeys() throws IOException {
        var files = new ArrayList<>(config().get(ConfigKey.SIGNING_TRUSTED_KEYS));
        Path own = SigningKey.publicHalf(config().get(ConfigKey.SIGNING_KEY));
        if (Files.exists(own)) {
            files.add(own);
        }
        return TrustedKeys.load(files);
    }

    StoreLimits storeLimits() throws IOException {
        StoreLimits standard = StoreLimits.DEFAULT;
        return new StoreLimits(
                config().get(ConfigKey.STORE_FREE_SPACE_FLOOR),
                config().get(ConfigKey.LIMITS_LOCK_WAIT_SECONDS) * 1000L,
                standard.turnWaitMillis(),
                standard.strayAgeMillis(),
                standard.entriesMax(),
                standard.documentBytesMax(),
                config().get(ConfigKey.LIMITS_LAYERS));
    }

    LayerLimits layerLimits() throws IOException {
        LayerLimits standard = LayerLimits.DEFAULT;
        return new LayerLimits(
                config().get(ConfigKey.LIMITS_LAYER_SIZE),
                standard.ratioFreeBytes(),
                config().get(ConfigKey.LIMITS_COMPRESSION_RATIO),
                config().get(ConfigKey.LIMITS_INDEX_SIZE),
                config().get(ConfigKey.STORE_FREE_SPACE_FLOOR),
                tarLimits(),
                standard.toc());
    }

    /** Returns how registries are reached: as the machine's engine reaches them, unless the configuration names other files. */
    EngineConfig engineConfig() throws IOException {
        if (engine == null) {
            engine = loadEngineConfig();
        }
        return engine;
    }

    /** Returns the same with root's credentials: those of the configured file, or else where root's sessions keep them. */
    EngineConfig rootEngineConfig() throws IOException {
        boolean named = config().get(ConfigKey.REGISTRIES_AUTH_FILE).isPresent()
                || variable("REGISTRY_AUTH_FILE").isPresent();
        return named ? engineConfig() : engineConfig().ofRoot();
    }

    /** Returns where the engine's configuration is. */
    EngineFiles engineFiles() throws IOException {
        EngineFiles files = EngineFiles.standard(environment());
        Config given = config();
        files = given.get(ConfigKey.REGISTRIES_CONF)
                .map(files::withRegistriesConf)
                .orElse(files);
        files = given.get(ConfigKey.REGISTRIES_CONF_DIRECTORY)
                .map(files::withRegistriesConfDirectory)
                .orElse(files);
        files = given.get(ConfigKey.REGISTRIES_AUTH_FILE)
                .map(files::withAuthFile)
                .orElse(files);
        return given.get(ConfigKey.REGISTRIES_CERTIFICATES)
                .map(files::withCertificates)
                .orElse(files);
    }

    /** Returns the drop-in directory of registries.conf for all users of this machine. */
    Path registriesDirectory() throws IOException {
        return config().get(ConfigKey.REGISTRIES_CONF_DIRECTORY).orElse(Path.of("/etc/containers/registries.conf.d"));
    }

    private EngineConfig loadEngineConfig() throws IOException {
        RegistryLimits registry = RegistryLimits.DEFAULT.withTries(config().get(ConfigKey.REGISTRIES_TRIES));
        // What is fetched for the mirror must not be asked of the mirror.
        return EngineConfig.load(engineFiles(), environment(), registry)
                .withoutMirrorsAt(Mirror.namesOf(mirrorAddress()));
    }

    /** Returns where the mirror listens; the key's type has seen to it that this is a loopback address and a port. */
    InetSocketAddress mirrorAddress() throws IOException {
        return SocketAddresses.parse(config().get(ConfigKey.MIRROR_LISTEN));
    }

    /** Returns which image is taken from an index if nobody says. */
    Platform platform() throws IOException {
        String configured = config().get(ConfigKey.PUBLISH_PLATFORM);
        return configured.isEmpty() ? Platform.host() : Platform.parse(configured);
    }

    PublishLimits publishLimits() throws IOException {
        int parallel = config().get(ConfigKey.PUBLISH_PARALLEL_LAYERS);
        return new PublishLimits(
                parallel == 0 ? PublishLimits.parallelByDefault() : parallel,
                config().get(ConfigKey.LIMITS_LAYERS),
                PublishLimits.DEFAULT.cancelWaitMillis(),
                layerLimits());
    }

    /** Returns this machine's part: the images shown to its engines. */
    NodeService node(VolumeStore store) throws IOException {
        return new NodeService(nodeConfig(), store);
    }

    NodeConfig nodeConfig() throws IOException {
        MountMode mode = MountMode.valueOf(config().get(ConfigKey.NODE_MOUNT).toUpperCase(Locale.ROOT));
        var nodeConfig = new NodeConfig(
                config().get(ConfigKey.NODE_STATE),
                config().get(ConfigKey.NODE_IMAGE_STORE),
                config().get(ConfigKey.NODE_GRAPHROOTS),
                mode,
                Duration.ofSeconds(config().get(ConfigKey.LIMITS_LOCK_WAIT_SECONDS)));
        Optional<Path> layerStore = config().get(ConfigKey.NODE_LAYER_STORE);
        if (layerStore.isPresent()) {
            nodeConfig = nodeConfig.withLayerStore(layerStore.get());
        }
        Duration lease = config().get(ConfigKey.NODE_LEASE);
        if (lease.isPositive()) {
            nodeConfig = nodeConfig.withLease(lease);
        }
        return config().get(ConfigKey.NODE_FIND_GRAPHROOTS)
                ? nodeConfig.withEngines(EngineStores.ofSystem(
                        variable("CONTAINERS_STORAGE_CONF").map(Path::of)))
                : nodeConfig;
    }

    private TarLimits tarLimits() throws IOException {
        TarLimits standard = TarLimits.DEFAULT;
        return new TarLimits(
                config().get(ConfigKey.LIMITS_ENTRIES),
                standard.pathBytesMax(),
                standard.nameBytesMax(),
                standard.depthMax(),
                standard.symlinkBytesMax(),
                standard.extensionBytesMax(),
                standard.xattrBytesMax(),
                standard.nodeXattrBytesMax(),
                standard.metadataBytesMax(),
                standard.sparsePartsMax(),
                standard.fileBytesMax(),
                standard.storedBytesMax(),
                standard.tarBytesMax());
    }

    /** Returns a program that is found by its name. */
    Optional<Path> program(String name) {
        String directories = variable("PATH").orElse("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        return Arrays.stream(directories.split(":", -1))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** Returns the value of an environment variable that is set and not empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment().get(name)).filter(value -> !value.isEmpty());
    }
}
