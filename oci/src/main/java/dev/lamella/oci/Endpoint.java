package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;

/**
 * One place where a repository can be asked for.
 *
 * @param registry host and perhaps port
 * @param repository the path there
 * @param insecure whether TLS may be unverified or missing
 */
record Endpoint(String registry, String repository, boolean insecure) {

    /** Docker Hub's registry is not at the host its references name. */
    private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

    static Endpoint of(String location, boolean insecure) throws OciException {
        int slash = location.indexOf('/');
        if (slash <= 0) {
            throw new OciException(
                    Kind.CONFIGURATION,
                    "%s: no repository is left after registries.conf was applied".formatted(Printable.of(location)));
        }
        return new Endpoint(location.substring(0, slash), location.substring(slash + 1), insecure);
    }

    /** Returns host and port to connect to. */
    String host() {
        return registry.equals(Reference.DOCKER_HUB) ? DOCKER_HUB_HOST : registry;
    }

    /** Returns what credentials are looked up by. */
    String name() {
        return registry + "/" + repository;
    }
}
