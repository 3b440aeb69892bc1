package dev.lamella.policy;

import dev.lamella.filetree.Digest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/**
 * Where the signatures of a repository lie beside the registry.
 *
 * @param base the address that {@code registries.d} gives
 * @param repository the path in the registry
 * @see <a href="https://github.com/containers/image/blob/main/docs/signature-protocols.md">How signatures are found</a>
 */
record Lookaside(URI base, String repository) {

    private static final Set<String> SCHEMES = Set.of("file", "http", "https");

    /**
     * Reads an address of {@code registries.d}.
     *
     * @param where file and key, for messages
     */
    static Lookaside of(String address, String repository, String where) throws PolicyException {
        try {
            URI base = new URI(address);
            boolean file = "file".equals(base.getScheme());
            boolean right = base.getPath() != null
                    && base.getScheme() != null
                    && SCHEMES.contains(base.getScheme())
                    && (file ? base.getAuthority() == null : base.getHost() != null && base.getUserInfo() == null);
            if (right) {
                return new Lookaside(base, repository);
            }
        } catch (URISyntaxException _) {
            // Said below.
        }
        throw new PolicyException("%s: %s, expected file:///DIRECTORY, http://HOST/PATH or https://HOST/PATH"
                .formatted(where, Shown.quoted(address)));
    }

    /** Returns where a signature is, if it is; they are numbered from 1 without gaps. */
    URI signature(Digest manifest, int number) {
        String path = "%s/%s@%s=%s/signature-%d"
                .formatted(base.getPath(), repository, manifest.algorithm(), manifest.hex(), number);
        try {
            return new URI(base.getScheme(), base.getAuthority(), path, base.getQuery(), null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(base + " was an address before", e);
        }
    }
}
