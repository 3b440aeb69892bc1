package dev.lamella.oci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the engine's configuration is.
 *
 * @param registriesConf candidates for {@code registries.conf}; the first that exists counts
 * @param registriesConfDirectories directories of drop-in files, all read
 * @param authFiles files of credentials; the first that knows a registry counts
 * @param certificateDirectories {@code certs.d} directories; the first that has the registry counts
 */
public record EngineFiles(
        List<Path> registriesConf,
        List<Path> registriesConfDirectories,
        List<Path> authFiles,
        List<Path> certificateDirectories) {

    /** Copies the lists. */
    public EngineFiles {
        registriesConf = List.copyOf(registriesConf);
        registriesConfDirectories = List.copyOf(registriesConfDirectories);
        authFiles = List.copyOf(authFiles);
        certificateDirectories = List.copyOf(certificateDirectories);
    }

    /**
     * Returns where Podman, Buildah and Skopeo would look.
     *
     * @param environment the environment's variables
     */
    public static EngineFiles standard(Map<String, String> environment) {
        Optional<Path> home = path(environment, "HOME");
        Optional<Path> own = path(environment, "XDG_CONFIG_HOME")
                .or(() -> home.map(h -> h.resolve(".config")))
                .map(config -> config.resolve("containers"));
        var conf = new ArrayList<Path>();
        var directories = new ArrayList<Path>();
        var certificates = new ArrayList<Path>();
        directories.add(Path.of("/etc/containers/registries.conf.d"));
        own.ifPresent(containers -> {
            conf.add(containers.resolve("registries.conf"));
            directories.add(containers.resolve("registries.conf.d"));
            certificates.add(containers.resolve("certs.d"));
        });
        conf.add(Path.of("/etc/containers/registries.conf"));
        conf.add(Path.of("/usr/share/containers/registries.conf"));
        certificates.add(Path.of("/etc/containers/certs.d"));
        certificates.add(Path.of("/etc/docker/certs.d"));
        path(environment, "CONTAINERS_REGISTRIES_CONF").ifPresent(file -> {
            conf.clear();
            conf.add(file);
        });
        return new EngineFiles(conf, directories, authFiles(environment, home, own), certificates);
    }

    /**
     * Returns where a user's credentials are, as far as it is known from outside the user's sessions; the rest is the machine's own.
     *
     * @param uid the user; 0 is root
     * @param home the user's home directory
     */
    public EngineFiles ofUser(int uid, Path home) {
        Path runtime =
                uid == 0 ? Path.of("/run/containers/0") : Path.of("/run/user", String.valueOf(uid), "containers");
        List<Path> auth = List.of(
                runtime.resolve("auth.json"),
                home.resolve(".config/containers/auth.json"),
                home.resolve(".docker/config.json"));
        return new EngineFiles(registriesConf, registriesConfDirectories, auth, certificateDirectories);
    }

    private static List<Path> authFiles(Map<String, String> environment, Optional<Path> home, Optional<Path> own) {
        Optional<Path> named = path(environment, "REGISTRY_AUTH_FILE");
        if (named.isPresent()) {
            return List.of(named.get());
        }
        var files = new ArrayList<Path>();
        Optional<Path> runtime = path(environment, "XDG_RUNTIME_DIR").filter(Files::isDirectory);
        files.add(runtime.orElse(Path.of("/run/containers/0"))
                .resolve(runtime.isPresent() ? "containers/auth.json" : "auth.json"));
        own.ifPresent(containers -> files.add(containers.resolve("auth.json")));
        path(environment, "DOCKER_CONFIG")
                .or(() -> home.map(h -> h.resolve(".docker")))
                .ifPresent(docker -> files.add(docker.resolve("config.json")));
        return files;
    }

    private static Optional<Path> path(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }

    /** Returns these with a {@code registries.conf} put in the others' place. */
    public EngineFiles withRegistriesConf(Path file) {
        return new EngineFiles(List.of(file), registriesConfDirectories, authFiles, certificateDirectories);
    }

    /** Returns these with a directory of drop-in files put in the others' place. */
    public EngineFiles withRegistriesConfDirectory(Path directory) {
        return new EngineFiles(registriesConf, List.of(directory), authFiles, certificateDirectories);
    }

    /** Returns these with a file of credentials put in the others' place. */
    public EngineFiles withAuthFile(Path file) {
        return new EngineFiles(registriesConf, registriesConfDirectories, List.of(file), certificateDirectories);
    }

    /** Returns these with a {@code certs.d} directory put in the others' place. */
    public EngineFiles withCertificates(Path directory) {
        return new EngineFiles(registriesConf, registriesConfDirectories, authFiles, List.of(directory));
    }
}
