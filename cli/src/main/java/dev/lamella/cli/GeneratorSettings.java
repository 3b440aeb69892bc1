package dev.lamella.cli;

import dev.lamella.client.ClientConfig;
import dev.lamella.client.GeneratorClient;
import dev.lamella.client.Scope;
import dev.lamella.jobs.DatabaseConfig;
import dev.lamella.jobs.QueueLimits;
import dev.lamella.jobs.RegistryLimits;
import dev.lamella.jobs.RetryPolicy;
import dev.lamella.jobs.WorkerConfig;
import dev.lamella.jobs.WorkerLimits;
import dev.lamella.policy.PolicyException;
import dev.lamella.policy.RegistriesDirectory;
import dev.lamella.policy.SignatureLimits;
import dev.lamella.policy.SignaturePolicy;
import dev.lamella.service.ListenConfig;
import dev.lamella.service.PolicyConfig;
import dev.lamella.service.PublishConfig;
import dev.lamella.service.ServiceConfig;
import dev.lamella.service.ServiceLimits;
import dev.lamella.webhook.WebhookConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the configuration says of the generator, to itself and to those who ask it. */
final class GeneratorSettings {

    private static final long SECRET_BYTES_MAX = 4096;
    private static final Path LOOKASIDE = Path.of("/var/lib/containers/sigstore");

    private final Session session;
    private final Config config;

    GeneratorSettings(Session session) throws IOException {
        this.session = session;
        this.config = session.config();
    }

    /** Returns how the generator is to work. */
    ServiceConfig service() throws IOException {
        QueueLimits queue = QueueLimits.DEFAULT;
        try {
            return new ServiceConfig(
                    listen(),
                    database(),
                    new QueueLimits(
                            queue.requestsMax(),
                            queue.unfinishedMax(),
                            config.get(ConfigKey.GENERATOR_ATTEMPTS),
                            queue.pageMax()),
                    worker(),
                    publish(),
                    policy(),
                    webhooks(),
                    ServiceLimits.DEFAULT);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(config.file(), 0, 0, "generator: " + e.getMessage());
        }
    }

    private ListenConfig listen() throws IOException {
        return new ListenConfig(
                config.get(ConfigKey.GENERATOR_LISTEN).map(SocketAddresses::parse),
                config.get(ConfigKey.GENERATOR_SOCKET),
                tls(),
                config.get(ConfigKey.GENERATOR_ALLOW_PLAIN));
    }

    private Optional<ListenConfig.Tls> tls() throws IOException {
        Optional<Path> certificate = config.get(ConfigKey.GENERATOR_TLS_CERTIFICATE);
        Optional<Path> key = config.get(ConfigKey.GENERATOR_TLS_KEY);
        Optional<Path> clients = config.get(ConfigKey.GENERATOR_TLS_CLIENTS);
        if (certificate.isPresent() != key.isPresent() || (clients.isPresent() && certificate.isEmpty())) {
            throw new ConfigException(
                    config.file(),
                    0,
                    0,
                    "generator.tls-certificate and generator.tls-key go together, and generator.tls-clients needs them");
        }
        if (certificate.isEmpty()) {
            return Optional.empty();
        }
        TlsClientsFile known = clients.isPresent() ? TlsClientsFile.read(clients.get()) : TlsClientsFile.NONE;
        return Optional.of(new ListenConfig.Tls(certificate.get(), key.orElseThrow(), known.trust(), known.clients()));
    }

    private DatabaseConfig database() throws IOException {
        Optional<String> url = config.get(ConfigKey.GENERATOR_DATABASE);
        if (url.isEmpty()) {
            return DatabaseConfig.embedded(config.get(ConfigKey.GENERATOR_STATE).resolve("database"));
        }
        Optional<Path> file = config.get(ConfigKey.GENERATOR_DATABASE_PASSWORD_FILE);
        Optional<String> password =
                file.isPresent() ? Optional.of(SecretFile.read(file.get(), SECRET_BYTES_MAX)) : Optional.empty();
        return DatabaseConfig.postgresql(url.get(), config.get(ConfigKey.GENERATOR_DATABASE_USER), password);
    }

    private WorkerConfig worker() throws IOException {
        WorkerLimits times = WorkerLimits.DEFAULT;
        RetryPolicy retries = RetryPolicy.DEFAULT;
        long firstMillis = config.get(ConfigKey.GENERATOR_RETRY).toMillis();
        return WorkerConfig.of(generatorName(), config.get(ConfigKey.GENERATOR_JOBS))
                .withRegistries(new RegistryLimits(config.get(ConfigKey.GENERATOR_JOBS_PER_REGISTRY), Map.of()))
                .withRetries(new RetryPolicy(firstMillis, Math.max(firstMillis, retries.maxMillis()), retries.jitter()))
                .withLimits(new WorkerLimits(
                        times.pollMillis(),
                        config.get(ConfigKey.GENERATOR_HEARTBEAT).toMillis(),
                        times.runMillisMax(),
                        times.stopMillis(),
                        times.resultMillis()));
    }

    /** Returns the configured name, or this machine's. */
    String generatorName() throws IOException {
        Optional<String> configured = config.get(ConfigKey.GENERATOR_NAME);
        return configured.isPresent() ? configured.get() : hostName(50);
    }

    /** Returns what this machine is called; at most so many characters of it. */
    static String hostName(int charactersMax) {
        try {
            String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
            return name.substring(0, Math.min(name.length(), charactersMax));
        } catch (IOException _) {
            return "localhost";
        }
    }

    private PublishConfig publish() throws IOException {
        long bandwidth = config.get(ConfigKey.GENERATOR_BANDWIDTH);
        return new PublishConfig(
                session.platform(),
                session.publishLimits(),
                bandwidth == 0 ? Optional.empty() : Optional.of(bandwidth),
                Map.of());
    }

    private PolicyConfig policy() throws IOException {
        Optional<Path> file = config.get(ConfigKey.GENERATOR_POLICY);
        PolicyFile rules = file.isPresent() ? PolicyFile.read(file.get()) : PolicyFile.OPEN;
        Duration collect = config.get(ConfigKey.GENERATOR_COLLECT);
        return new PolicyConfig(
                rules.publication(),
                signatures(),
                rules.retention(),
                config.get(ConfigKey.GC_GRACE),
                collect.isZero() ? Optional.empty() : Optional.of(collect));
    }

    private Optional<PolicyConfig.Signatures> signatures() throws IOException {
        Optional<Path> file = config.get(ConfigKey.GENERATOR_SIGNATURE_POLICY);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        SignatureLimits limits = SignatureLimits.DEFAULT;
        try {
            return Optional.of(new PolicyConfig.Signatures(
                    SignaturePolicy.load(file.get(), limits),
                    RegistriesDirectory.load(config.get(ConfigKey.GENERATOR_SIGNATURE_REGISTRIES), LOOKASIDE, limits),
                    limits));
        } catch (PolicyException e) {
            throw new CommandException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    private List<WebhookConfig> webhooks() throws IOException {
        Optional<Path> file = config.get(ConfigKey.GENERATOR_WEBHOOKS);
        return file.isPresent() ? WebhooksFile.read(file.get()) : List.of();
    }

    /** Returns whether this machine is told of a generator elsewhere. */
    boolean isRemote() {
        return config.get(ConfigKey.GENERATOR_URL).isPresent();
    }

    /** Returns how the generator is reached: by the configured URL, else by the socket of one on this machine. */
    ClientConfig client() throws IOException {
        Optional<String> url = config.get(ConfigKey.GENERATOR_URL);
        Optional<Path> socket = config.get(ConfigKey.GENERATOR_SOCKET);
        if (url.isEmpty() && socket.isEmpty()) {
            throw new ConfigException(
                    config.file(), 0, 0, "neither generator.url nor generator.socket says where the generator is");
        }
        ClientConfig client = ClientConfig.of(url.orElseGet(() -> "unix:" + socket.orElseThrow()));
        Optional<Path> token = config.get(ConfigKey.GENERATOR_TOKEN_FILE);
        if (token.isPresent()) {
            client = client.withToken(SecretFile.read(token.get(), SECRET_BYTES_MAX));
        }
        Optional<Path> trust = config.get(ConfigKey.GENERATOR_TRUST);
        return trust.isPresent() ? client.withTrust(trust.get()) : client;
    }

    /** Opens the way to the generator. */
    GeneratorClient connect() throws IOException {
        return GeneratorClient.open(client());
    }

    /**
     * Whose certificates are known, as {@code generator.tls-clients} says.
     *
     * @param trust a PEM file of certificates that sign those of clients
     * @param clients what a client may do, by a name in its certificate
     */
    private record TlsClientsFile(Optional<Path> trust, Map<String, Set<Scope>> clients) {

        static final TlsClientsFile NONE = new TlsClientsFile(Optional.empty(), Map.of());

        static TlsClientsFile read(Path file) throws IOException {
            SettingsFile settings = SettingsFile.read(file);
            Path trust = settings.section("clients").require("trust", ConfigType.absolutePath());
            var clients = new HashMap<String, Set<Scope>>();
            for (Map.Entry<String, SettingsFile.Section> entry :
                    settings.sections("client").entrySet()) {
                clients.put(entry.getKey(), Set.copyOf(entry.getValue().require("scopes", ConfigType.scopes())));
            }
            settings.requireNothingElse();
            return new TlsClientsFile(Optional.of(trust), clients);
        }
    }
}
