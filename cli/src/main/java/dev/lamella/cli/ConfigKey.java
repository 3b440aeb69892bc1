package dev.lamella.cli;

import dev.lamella.oci.ReferencePattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One key of the configuration. {@code packaging/lamella.toml} describes each; a test compares.
 *
 * @param name the dotted key
 * @param type what values it takes
 * @param fallback the value if it is not set
 * @param <T> the type of its value
 */
record ConfigKey<T>(String name, ConfigType<T> type, T fallback) {

    static final ConfigKey<Path> STORE_PATH =
            new ConfigKey<>("store.path", ConfigType.absolutePath(), Path.of("/var/lib/lamella/store"));
    static final ConfigKey<Long> STORE_FREE_SPACE_FLOOR =
            new ConfigKey<>("store.free-space-floor", ConfigType.size(0, 1L << 50), 256L << 20);

    static final ConfigKey<Duration> GC_GRACE =
            new ConfigKey<>("gc.grace", ConfigType.time(Duration.ofDays(365)), Duration.ofDays(1));

    static final ConfigKey<Path> SIGNING_KEY =
            new ConfigKey<>("signing.key", ConfigType.absolutePath(), Path.of("/etc/lamella/signing.pem"));
    static final ConfigKey<List<Path>> SIGNING_TRUSTED_KEYS =
            new ConfigKey<>("signing.trusted-keys", ConfigType.paths(), List.of());

    static final ConfigKey<Integer> PUBLISH_PARALLEL_LAYERS =
            new ConfigKey<>("publish.parallel-layers", ConfigType.number(0, 32), 0);
    static final ConfigKey<String> PUBLISH_PLATFORM = new ConfigKey<>("publish.platform", ConfigType.platform(), "");

    static final ConfigKey<Long> LIMITS_LAYER_SIZE =
            new ConfigKey<>("limits.layer-size", ConfigType.size(1 << 20, 1L << 40), 256L << 30);
    static final ConfigKey<Integer> LIMITS_COMPRESSION_RATIO =
            new ConfigKey<>("limits.compression-ratio", ConfigType.number(2, 100_000), 200);
    static final ConfigKey<Long> LIMITS_INDEX_SIZE =
            new ConfigKey<>("limits.index-size", ConfigType.size(1 << 20, 1L << 32), 1L << 30);
    static final ConfigKey<Integer> LIMITS_ENTRIES =
            new ConfigKey<>("limits.entries", ConfigType.number(1, 10_000_000), 1_000_000);
    static final ConfigKey<Integer> LIMITS_LAYERS = new ConfigKey<>("limits.layers", ConfigType.number(1, 1000), 1000);
    static final ConfigKey<Integer> LIMITS_LOCK_WAIT_SECONDS =
            new ConfigKey<>("limits.lock-wait-seconds", ConfigType.number(1, 3600), 30);

    static final ConfigKey<Optional<Path>> REGISTRIES_CONF =
            new ConfigKey<>("registries.conf", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<Path>> REGISTRIES_CONF_DIRECTORY =
            new ConfigKey<>("registries.conf-directory", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<Path>> REGISTRIES_AUTH_FILE =
            new ConfigKey<>("registries.auth-file", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<Path>> REGISTRIES_CERTIFICATES =
            new ConfigKey<>("registries.certificates", ConfigType.optionalPath(), Optional.empty());

    static final ConfigKey<Integer> REGISTRIES_TRIES = new ConfigKey<>("registries.tries", ConfigType.number(1, 20), 6);

    static final ConfigKey<Path> NODE_STATE =
            new ConfigKey<>("node.state", ConfigType.absolutePath(), Path.of("/var/lib/lamella/node"));
    static final ConfigKey<Path> NODE_IMAGE_STORE =
            new ConfigKey<>("node.image-store", ConfigType.absolutePath(), Path.of("/var/lib/lamella/images"));
    static final ConfigKey<List<Path>> NODE_GRAPHROOTS =
            new ConfigKey<>("node.graphroots", ConfigType.paths(), List.of(Path.of("/var/lib/containers/storage")));
    static final ConfigKey<Boolean> NODE_FIND_GRAPHROOTS =
            new ConfigKey<>("node.find-graphroots", ConfigType.truth(), true);
    static final ConfigKey<String> NODE_MOUNT =
            new ConfigKey<>("node.mount", ConfigType.oneOf("auto", "file", "loop"), "auto");
    static final ConfigKey<Integer> NODE_UNMOUNT_IDLE_SECONDS =
            new ConfigKey<>("node.unmount-idle-seconds", ConfigType.number(0, 30 * 24 * 3600), 0);

    static final ConfigKey<Duration> NODE_LEASE =
            new ConfigKey<>("node.lease", ConfigType.time(Duration.ofDays(30)), Duration.ofDays(7));

    static final ConfigKey<Optional<Path>> NODE_LAYER_STORE =
            new ConfigKey<>("node.layer-store", ConfigType.optionalPath(), Optional.empty());

    static final ConfigKey<Path> NODE_SOCKET =
            new ConfigKey<>("node.socket", ConfigType.absolutePath(), Path.of("/run/lamella/node.sock"));

    static final ConfigKey<String> DOORS_ON_MISS = new ConfigKey<>(
            "doors.on-miss",
            ConfigType.oneOf("publish-and-wait", "publish-in-background", "ignore"),
            "publish-and-wait");
    static final ConfigKey<Integer> DOORS_TIME_BOX_SECONDS =
            new ConfigKey<>("doors.time-box-seconds", ConfigType.number(1, 600), 60);
    static final ConfigKey<List<ReferencePattern>> DOORS_ALLOW =
            new ConfigKey<>("doors.allow", ConfigType.patterns(), List.of());
    static final ConfigKey<List<ReferencePattern>> DOORS_DENY =
            new ConfigKey<>("doors.deny", ConfigType.patterns(), List.of());
    static final ConfigKey<List<ReferencePattern>> DOORS_PRIVATE_IMAGES =
            new ConfigKey<>("doors.private-images", ConfigType.patterns(), List.of());
    static final ConfigKey<Integer> DOORS_PUBLISHES = new ConfigKey<>("doors.publishes", ConfigType.number(1, 64), 4);
    static final ConfigKey<Integer> DOORS_WAITING =
            new ConfigKey<>("doors.waiting", ConfigType.number(1, 100_000), 1000);

    static final ConfigKey<String> MIRROR_LISTEN =
            new ConfigKey<>("mirror.listen", ConfigType.loopbackAddress(), "127.0.0.1:5320");

    static final ConfigKey<List<String>> MIRROR_REGISTRIES =
            new ConfigKey<>("mirror.registries", ConfigType.registries(), List.of("docker.io", "quay.io", "ghcr.io"));

    static final ConfigKey<Optional<String>> GENERATOR_LISTEN =
            new ConfigKey<>("generator.listen", ConfigType.optionalAddress(), Optional.of("127.0.0.1:8470"));
    static final ConfigKey<Optional<Path>> GENERATOR_SOCKET = new ConfigKey<>(
            "generator.socket", ConfigType.optionalPath(), Optional.of(Path.of("/run/lamella/generator.sock")));
    static final ConfigKey<Boolean> GENERATOR_ALLOW_PLAIN =
            new ConfigKey<>("generator.allow-plain", ConfigType.truth(), false);
    static final ConfigKey<Optional<Path>> GENERATOR_TLS_CERTIFICATE =
            new ConfigKey<>("generator.tls-certificate", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<Path>> GENERATOR_TLS_KEY =
            new ConfigKey<>("generator.tls-key", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<Path>> GENERATOR_TLS_CLIENTS =
            new ConfigKey<>("generator.tls-clients", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Path> GENERATOR_STATE =
            new ConfigKey<>("generator.state", ConfigType.absolutePath(), Path.of("/var/lib/lamella/generator"));
    static final ConfigKey<Optional<String>> GENERATOR_DATABASE =
            new ConfigKey<>("generator.database", ConfigType.optionalText(1000), Optional.empty());
    static final ConfigKey<String> GENERATOR_DATABASE_USER =
            new ConfigKey<>("generator.database-user", ConfigType.text(200), "lamella");
    static final ConfigKey<Optional<Path>> GENERATOR_DATABASE_PASSWORD_FILE =
            new ConfigKey<>("generator.database-password-file", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<String>> GENERATOR_NAME =
            new ConfigKey<>("generator.name", ConfigType.optionalText(50), Optional.empty());
    static final ConfigKey<Integer> GENERATOR_JOBS = new ConfigKey<>("generator.jobs", ConfigType.number(1, 256), 4);
    static final ConfigKey<Integer> GENERATOR_JOBS_PER_REGISTRY =
            new ConfigKey<>("generator.jobs-per-registry", ConfigType.number(1, 256), 8);
    static final ConfigKey<Integer> GENERATOR_ATTEMPTS =
            new ConfigKey<>("generator.attempts", ConfigType.number(1, 100), 5);
    static final ConfigKey<Duration> GENERATOR_RETRY =
            new ConfigKey<>("generator.retry", ConfigType.time(Duration.ofHours(1)), Duration.ofSeconds(5));
    static final ConfigKey<Duration> GENERATOR_HEARTBEAT =
            new ConfigKey<>("generator.heartbeat", ConfigType.time(Duration.ofMinutes(5)), Duration.ofSeconds(5));
    static final ConfigKey<Long> GENERATOR_BANDWIDTH =
            new ConfigKey<>("generator.bandwidth", ConfigType.size(0, 1L << 40), 0L);
    static final ConfigKey<Optional<Path>> GENERATOR_POLICY =
            new ConfigKey<>("generator.policy", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<Path>> GENERATOR_WEBHOOKS =
            new ConfigKey<>("generator.webhooks", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<Path>> GENERATOR_SIGNATURE_POLICY =
            new ConfigKey<>("generator.signature-policy", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Path> GENERATOR_SIGNATURE_REGISTRIES = new ConfigKey<>(
            "generator.signature-registries", ConfigType.absolutePath(), Path.of("/etc/containers/registries.d"));
    static final ConfigKey<Duration> GENERATOR_COLLECT =
            new ConfigKey<>("generator.collect", ConfigType.time(Duration.ofDays(365)), Duration.ZERO);
    static final ConfigKey<Optional<String>> GENERATOR_URL =
            new ConfigKey<>("generator.url", ConfigType.optionalText(1000), Optional.empty());
    static final ConfigKey<Optional<Path>> GENERATOR_TOKEN_FILE =
            new ConfigKey<>("generator.token-file", ConfigType.optionalPath(), Optional.empty());
    static final ConfigKey<Optional<Path>> GENERATOR_TRUST =
            new ConfigKey<>("generator.trust", ConfigType.optionalPath(), Optional.empty());

    static final ConfigKey<String> LOG_LEVEL =
            new ConfigKey<>("log.level", ConfigType.oneOf("auto", "error", "warn", "info", "debug", "trace"), "auto");
    static final ConfigKey<String> LOG_FORMAT =
            new ConfigKey<>("log.format", ConfigType.oneOf("plain", "json"), "plain");

    /** All keys, in the order of the reference file. */
    static final List<ConfigKey<?>> ALL = List.of(
            STORE_PATH,
            STORE_FREE_SPACE_FLOOR,
            GC_GRACE,
            SIGNING_KEY,
            SIGNING_TRUSTED_KEYS,
            PUBLISH_PARALLEL_LAYERS,
            PUBLISH_PLATFORM,
            LIMITS_LAYER_SIZE,
            LIMITS_COMPRESSION_RATIO,
            LIMITS_INDEX_SIZE,
            LIMITS_ENTRIES,
            LIMITS_LAYERS,
            LIMITS_LOCK_WAIT_SECONDS,
            REGISTRIES_CONF,
            REGISTRIES_CONF_DIRECTORY,
            REGISTRIES_AUTH_FILE,
            REGISTRIES_CERTIFICATES,
            REGISTRIES_TRIES,
            NODE_STATE,
            NODE_IMAGE_STORE,
            NODE_GRAPHROOTS,
            NODE_FIND_GRAPHROOTS,
            NODE_MOUNT,
            NODE_UNMOUNT_IDLE_SECONDS,
            NODE_LEASE,
            NODE_LAYER_STORE,
            NODE_SOCKET,
            DOORS_ON_MISS,
            DOORS_TIME_BOX_SECONDS,
            DOORS_ALLOW,
            DOORS_DENY,
            DOORS_PRIVATE_IMAGES,
            DOORS_PUBLISHES,
            DOORS_WAITING,
            MIRROR_LISTEN,
            MIRROR_REGISTRIES,
            GENERATOR_LISTEN,
            GENERATOR_SOCKET,
            GENERATOR_ALLOW_PLAIN,
            GENERATOR_TLS_CERTIFICATE,
            GENERATOR_TLS_KEY,
            GENERATOR_TLS_CLIENTS,
            GENERATOR_STATE,
            GENERATOR_DATABASE,
            GENERATOR_DATABASE_USER,
            GENERATOR_DATABASE_PASSWORD_FILE,
            GENERATOR_NAME,
            GENERATOR_JOBS,
            GENERATOR_JOBS_PER_REGISTRY,
            GENERATOR_ATTEMPTS,
            GENERATOR_RETRY,
            GENERATOR_HEARTBEAT,
            GENERATOR_BANDWIDTH,
            GENERATOR_POLICY,
            GENERATOR_WEBHOOKS,
            GENERATOR_SIGNATURE_POLICY,
            GENERATOR_SIGNATURE_REGISTRIES,
            GENERATOR_COLLECT,
            GENERATOR_URL,
            GENERATOR_TOKEN_FILE,
            GENERATOR_TRUST,
            LOG_LEVEL,
            LOG_FORMAT);

    /** Returns the key whose name is most like a given one. */
    static ConfigKey<?> nearestTo(String name) {
        ConfigKey<?> nearest = STORE_PATH;
        int least = Integer.MAX_VALUE;
        for (ConfigKey<?> key : ALL) {
            String lastPart = key.name().substring(key.name().lastIndexOf('.') + 1);
            int distance = Math.min(distance(name, key.name()), 1 + distance(name, lastPart));
            if (distance < least) {
                least = distance;
                nearest = key;
            }
        }
        return nearest;
    }

    /** Returns how many characters have to be added, removed or changed to make one text of the other. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
