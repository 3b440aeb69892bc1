package dev.lamella.policy;

import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.util.Optional;

/** Which name a signature must give an image ({@code signedIdentity}). */
sealed interface SignedIdentity {

    /** The very reference. */
    record MatchExact() implements SignedIdentity {}

    /** The very reference; or, of a reference by digest, its repository. */
    record MatchRepoDigestOrExact() implements SignedIdentity {}

    /** The repository. */
    record MatchRepository() implements SignedIdentity {}

    /** A reference that the policy gives. */
    record ExactReference(DockerName reference) implements SignedIdentity {}

    /** A repository that the policy gives. */
    record ExactRepository(String repository) implements SignedIdentity {}

    /** Like {@link MatchRepoDigestOrExact}, for a repository below a prefix with another prefix in its place. */
    record RemapIdentity(String prefix, String signedPrefix) implements SignedIdentity {

        /** Puts the prefix in place; empty if that leaves no full name. */
        private Optional<DockerName> apply(DockerName intended) throws OciException {
            String text = intended.toString();
            if (!intended.name().equals(prefix) && !intended.name().startsWith(prefix + "/")) {
                return Optional.of(intended);
            }
            String remapped = signedPrefix + text.substring(prefix.length());
            return Optional.of(DockerName.parse(remapped))
                    .filter(name -> name.toString().equals(remapped));
        }
    }

    /** Returns what counts if a requirement says nothing. */
    static SignedIdentity byDefault() {
        return new MatchRepoDigestOrExact();
    }

    /**
     * Returns whether the name in a signature is the right one.
     *
     * @param wanted what the image is asked for as
     * @param signed the name in the signature
     */
    default boolean matches(Reference wanted, String signed) {
        try {
            DockerName intended = DockerName.of(wanted);
            DockerName name = DockerName.parse(signed);
            return switch (this) {
                case MatchExact _ -> same(intended, name);
                case MatchRepoDigestOrExact _ -> sameOrRepository(intended, name);
                case MatchRepository _ -> name.name().equals(intended.name());
                case ExactReference(DockerName given) -> same(given, name);
                case ExactRepository(String given) -> name.name().equals(given);
                case RemapIdentity remap -> {
                    Optional<DockerName> remapped = remap.apply(intended);
                    yield remapped.isPresent() && sameOrRepository(remapped.get(), name);
                }
            };
        } catch (OciException _) {
            return false;
        }
    }

    /** Returns what it is called in {@code policy.json}, with its values. */
    default String text() {
        return switch (this) {
            case MatchExact _ -> "matchExact";
            case MatchRepoDigestOrExact _ -> "matchRepoDigestOrExact";
            case MatchRepository _ -> "matchRepository";
            case ExactReference(DockerName given) -> "exactReference " + given;
            case ExactRepository(String given) -> "exactRepository " + given;
            case RemapIdentity(String from, String to) -> "remapIdentity %s to %s".formatted(from, to);
        };
    }

    private static boolean same(DockerName a, DockerName b) {
        return !a.isNameOnly() && !b.isNameOnly() && a.equals(b);
    }

    /** The digest itself is compared elsewhere: with the manifest's bytes. */
    private static boolean sameOrRepository(DockerName intended, DockerName signed) {
        if (signed.isNameOnly()) {
            return false;
        }
        return intended.tag().isPresent()
                ? signed.equals(intended)
                : intended.digest().isPresent() && signed.name().equals(intended.name());
    }
}
