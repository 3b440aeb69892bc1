package dev.lamella.policy;

import dev.lamella.oci.ImageManifest;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a site lets be published: which repositories at whose wish, for which platforms, how large. Deciding computes and does nothing else, so
 * a dry run is the same call.
 *
 * <p>Every list whose source matches counts, in order; the first that refuses decides. With no list for a source, that source may have
 * everything published.
 *
 * @param rules which repositories, per source
 * @param platforms for which platforms; if empty, for all
 * @param limits how large
 */
public record PublicationPolicy(List<SourceRules> rules, List<Platform> platforms, ImageLimits limits) {

    /** Allows everything within the default limits. */
    public static final PublicationPolicy DEFAULT = new PublicationPolicy(List.of(), List.of(), ImageLimits.DEFAULT);

    /** Copies the lists. */
    public PublicationPolicy {
        rules = List.copyOf(rules);
        platforms = List.copyOf(platforms);
    }

    /** Decides about a reference before the registry is asked anything. */
    public Decision decide(PublicationSource source, Reference reference) {
        for (SourceRules list : rules) {
            if (list.isFor(source)) {
                Decision decision = list.decide(source, reference);
                if (!decision.isAllowed()) {
                    return decision;
                }
            }
        }
        return Decision.allowed();
    }

    /**
     * Decides about an image once its manifest is known and before any layer is fetched.
     *
     * @param reference what it was asked for as, for the message
     * @param platform what its config says it runs on
     */
    public Decision decide(Reference reference, Platform platform, ImageManifest image) {
        if (!platforms.isEmpty() && platforms.stream().noneMatch(allowed -> covers(allowed, platform))) {
            String allowed = platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
            return new Decision.Refused(
                    "policy.platforms",
                    "%s: an image for %s, policy.platforms allows %s; add the platform to the list"
                            .formatted(reference, Shown.quoted(platform.toString()), allowed));
        }
        return limits.decide(reference.toString(), image);
    }

    /** A platform without a variant stands for all of its variants. */
    private static boolean covers(Platform allowed, Platform platform) {
        return allowed.os().equals(platform.os())
                && allowed.architecture().equals(platform.architecture())
                && (allowed.variant().isEmpty() || allowed.variant().equals(platform.variant()));
    }
}
