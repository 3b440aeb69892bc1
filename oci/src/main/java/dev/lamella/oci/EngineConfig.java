package dev.lamella.oci;

import java.io.IOException;
import java.net.ProxySelector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final boolean anonymous;

    private EngineConfig(
            EngineFiles files,
            RegistriesConf registries,
            ProxySelector proxies,
            RegistryLimits limits,
            boolean anonymous) {
        this.files = files;
        this.registries = registries;
        this.proxies = proxies;
        this.limits = limits;
        this.anonymous = anonymous;
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
        return new EngineConfig(files, registries, new ProxyRules(environment), limits, false);
    }

    /** Returns the same without any credentials, for requests that are made in the name of somebody else. */
    public EngineConfig withoutCredentials() {
        return new EngineConfig(files, registries, proxies, limits, true);
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
        if (anonymous) {
            return Optional.empty();
        }
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
