package dev.lamella.door;

import dev.lamella.oci.Reference;
import dev.lamella.oci.ReferencePattern;
import java.time.Duration;
import java.util.List;

/**
 * Which images are shown when an engine asks for them, and how long it may wait.
 *
 * @param onMiss what to do about images that are not published
 * @param timeBox the longest wait of an engine
 * @param allow repositories that are served; if empty, all
 * @param deny repositories that are not served, whatever {@code allow} says
 * @param privateImages repositories whose images are shown though a registry gives them to no stranger: every user of the machine can
 *     read what is shown
 * @param publishesMax images published at the same time
 * @param waitingMax images that may be asked for at the same time
 */
public record PullPolicy(
        OnMiss onMiss,
        Duration timeBox,
        List<ReferencePattern> allow,
        List<ReferencePattern> deny,
        List<ReferencePattern> privateImages,
        int publishesMax,
        int waitingMax) {

    /** Copies the lists and checks the numbers. */
    public PullPolicy {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        privateImages = List.copyOf(privateImages);
        if (timeBox.isNegative() || timeBox.isZero() || publishesMax < 1 || waitingMax < 1) {
            throw new IllegalArgumentException("a policy needs a time box and room for one image");
        }
    }

    /** Returns whether images of a repository are served at all. */
    boolean serves(Reference reference) {
        return (allow.isEmpty() || anyMatches(allow, reference)) && !anyMatches(deny, reference);
    }

    /** Returns whether a repository's images may be shown though not everybody may have them. */
    boolean showsPrivate(Reference reference) {
        return anyMatches(privateImages, reference);
    }

    private static boolean anyMatches(List<ReferencePattern> patterns, Reference reference) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(reference));
    }
}
