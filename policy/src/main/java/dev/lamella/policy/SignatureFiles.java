package dev.lamella.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the container engines' files about signatures are.
 *
 * @param policy {@code policy.json}
 * @param registriesDirectory {@code registries.d}
 * @param defaultLookaside where signatures of repositories lie of which {@code registries.d} says nothing
 */
public record SignatureFiles(Path policy, Path registriesDirectory, Path defaultLookaside) {

    private static final Path ETC = Path.of("/etc/containers");

    /**
     * Returns where Podman, Buildah and Skopeo would look: a user's own files, if they are there, are in the place of the machine's.
     *
     * @param environment the environment's variables
     * @param isRoot whether the engines would run as root
     */
    public static SignatureFiles standard(Map<String, String> environment, boolean isRoot) {
        Optional<Path> home = Optional.ofNullable(environment.get("HOME"))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
        Path lookaside =
                isRoot ? Path.of("/var/lib") : home.orElse(Path.of("/")).resolve(".local/share");
        return new SignatureFiles(
                own(home, "policy.json"), own(home, "registries.d"), lookaside.resolve("containers/sigstore"));
    }

    private static Path own(Optional<Path> home, String name) {
        return home.map(directory -> directory.resolve(".config/containers").resolve(name))
                .filter(Files::exists)
                .orElse(ETC.resolve(name));
    }
}
