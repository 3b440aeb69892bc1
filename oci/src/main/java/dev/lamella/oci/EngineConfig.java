package dev.lamella.oci;

import java.io.IOException;
import java.net.ProxySelector;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * How this machine's container engine is configured to reach registries, read once. Credentials are read anew when a registry asks for
 * them, so that a login in between counts. Immutable and thread-safe.
 */
public final class EngineConfig {

    /** The entry of {@code credential-helpers} that stands for the files of credentials. */
    private static final String FILES_HELPER = "containers-auth.json";

    private final EngineFiles files;
    private final RegistriesConf registries;
    private final ProxySelector proxies;
    private final RegistryLimits limits;
    private final Whose whose;

    /** Whose credentials are used. */
    private sealed interface Whose {
        /** Those of this process, which its helpers may be asked for, too. */
        record Own() implements Whose {}

        /** Those in another user's files. */
        record User(OwnedFiles files) implements Whose {}
    }

    private EngineConfig(
            EngineFiles files, RegistriesConf registries, ProxySelector proxies, RegistryLimits limits, Whose whose) {
        this.files = files;
        this.registries = registries;
        this.proxies = proxies;
        this.limits = limits;
        this.whose = whose;
    }

    /**
     * Reads the configuration.
     *
     * @param files where it is
     * @param environment the environment's variables; proxies are named there
     * @param limits how long to wait and how often to try
     * @throws OciException if a file is malformed
     */
    public static EngineConfig load(EngineFiles files, Map<String, String> environment, RegistryLimits limits)
            throws IOException {
        RegistriesConf registries = RegistriesConf.load(files.registriesConf(), files.registriesConfDirectories());
        return new EngineConfig(files, registries, new ProxyRules(environment), limits, new Whose.Own());
    }

    /**
     * Returns this configuration with nothing of {@code registries.conf} that leads to some hosts, such as a mirror's own.
     *
     * @param addresses hosts with their ports, in lower case
     */
    public EngineConfig withoutMirrorsAt(Set<String> addresses) {
        return new EngineConfig(files, registries.withoutEndpointsAt(addresses), proxies, limits, whose);
    }

    /**
     * Returns this configuration with the credentials of another user and no others. Only files that belong to this user count, links to files do
     * not, and no helper is run: whoever writes such a file must not get what this process may read.
     *
     * @param home the user's home directory
     */
    public EngineConfig ofUser(int uid, Path home) {
        var owned = new OwnedFiles(uid, List.of(Path.of("/run/user", String.valueOf(uid)), home));
        return new EngineConfig(files.ofUser(uid, home), registries, proxies, limits, new Whose.User(owned));
    }

    /** Returns this configuration with root's credentials, of whatever environment this process is. */
    public EngineConfig ofRoot() {
        return new EngineConfig(files.ofUser(0, Path.of("/root")), registries, proxies, limits, new Whose.Own());
    }

    /** Returns this configuration without any credentials. */
    public EngineConfig ofNobody() {
        return new EngineConfig(files, registries, proxies, limits, new Whose.User(new OwnedFiles(0, List.of())));
    }

    /**
     * Returns entries for a drop-in of {@code registries.conf} by which a mirror is asked for a registry before all others; what is configured
     * of the registry already stays.
     *
     * @param registry host and perhaps port
     * @param location the mirror's, with the registry's name in it
     */
    public String mirrorEntry(String registry, String location) {
        RegistryRule rule = registries.rules().stream()
                .filter(known -> known.prefix().equals(registry))
                .findFirst()
                .orElseGet(() -> MirrorEntries.plain(registry));
        return MirrorEntries.of(rule, location);
    }

    /** Returns the credentials for a reference, where it is called by its own name and not that of a mirror. */
    public Optional<Credentials> credentials(Reference reference) throws IOException {
        return credentials(new Endpoint(reference.registry(), reference.repository(), false));
    }

    /**
     * Reads a reference as people write it; short names are resolved as {@code registries.conf} says.
     *
     * @throws OciException if it is no reference, or a short name that several registries may have
     */
    public Reference reference(String text) throws OciException {
        return registries.reference(text);
    }

    RegistryLimits limits() {
        return limits;
    }

    ProxySelector proxies() {
        return proxies;
    }

    List<Endpoint> endpoints(Reference reference) throws OciException {
        return registries.endpoints(reference);
    }

    SSLContext tls(Endpoint endpoint) throws IOException {
        return CertificateDirectory.find(files.certificateDirectories(), endpoint.registry())
                .context(endpoint.insecure());
    }

    Optional<Credentials> credentials(Endpoint endpoint) throws IOException {
        return switch (whose) {
            case Whose.Own _ -> ownCredentials(endpoint);
            case Whose.User(OwnedFiles owned) -> {
                for (Path path : files.authFiles()) {
                    Optional<Credentials> found = new AuthFile(path).find(endpoint.name(), owned);
                    if (found.isPresent()) {
                        yield found;
                    }
                }
                yield Optional.empty();
            }
        };
    }

    private Optional<Credentials> ownCredentials(Endpoint endpoint) throws IOException {
        List<String> helpers =
                registries.credentialHelpers().isEmpty() ? List.of(FILES_HELPER) : registries.credentialHelpers();
        for (String helper : helpers) {
            Optional<Credentials> found = helper.equals(FILES_HELPER)
                    ? credentialsInFiles(endpoint)
                    : new CredentialHelper(helper).get(endpoint.registry());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Credentials> credentialsInFiles(Endpoint endpoint) throws IOException {
        for (var path : files.authFiles()) {
            Optional<Credentials> found = new AuthFile(path).find(endpoint.name());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
