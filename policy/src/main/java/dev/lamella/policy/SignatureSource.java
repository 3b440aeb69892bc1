package dev.lamella.policy;

import dev.lamella.filetree.Digest;
import dev.lamella.oci.Registry;
import java.io.IOException;
import java.util.List;

/** Where an image's signatures come from. What comes from there is not trusted. */
@FunctionalInterface
public interface SignatureSource {

    /**
     * Fetches all signatures of a manifest. Called only if a requirement wants some.
     *
     * @param manifest its digest
     * @return the signatures; none if it has none
     * @throws IOException if it cannot be found out whether there are signatures, or if one is no signature at all
     */
    List<ImageSignature> signatures(Digest manifest) throws IOException;

    /**
     * Returns the signatures that container engines would find: those in the lookaside, and, where {@code registries.d} says so, those that
     * are attached in the registry. Where the manifest came from a mirror, that mirror is asked, under its own name.
     *
     * @param registry the one that has resolved the image
     */
    static SignatureSource of(Registry registry, RegistriesDirectory configuration, SignatureLimits limits) {
        return new RegistrySignatures(registry, configuration, limits);
    }
}
