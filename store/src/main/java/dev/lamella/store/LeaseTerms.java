package dev.lamella.store;

import dev.lamella.filetree.Digest;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a lease is to say: that somebody needs images and layers for a while, whatever else becomes of them. An image that is
 * named keeps its layers; what is named need not be there yet.
 *
 * @param name the lease's name, under which its holder renews it: 1 to 128 of lower-case letters, digits, {@code .}, {@code _} and
 *     {@code -}, the first a letter or a digit
 * @param holder who needs them, in words for people
 * @param lasts how long, unless it is renewed before
 * @param images manifest digests
 * @param layers DiffIDs
 */
public record LeaseTerms(String name, String holder, Duration lasts, Set<Digest> images, Set<Digest> layers) {

    /** The longest name of a holder, in characters. */
    public static final int HOLDER_CHARACTERS_MAX = 500;

    static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    /** Copies the sets and checks name, holder and time. */
    public LeaseTerms {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("\"%s\" cannot be the name of a lease".formatted(name));
        }
        if (holder.isEmpty() || holder.length() > HOLDER_CHARACTERS_MAX) {
            throw new IllegalArgumentException("lease %s: a holder of %d characters".formatted(name, holder.length()));
        }
        if (lasts.isNegative() || lasts.isZero()) {
            throw new IllegalArgumentException("lease %s: it would last %s".formatted(name, lasts));
        }
        images = Set.copyOf(images);
        layers = Set.copyOf(layers);
    }

    /** Returns the same terms for other images and layers. */
    public LeaseTerms needing(Collection<Digest> otherImages, Collection<Digest> otherLayers) {
        return new LeaseTerms(name, holder, lasts, new TreeSet<>(otherImages), new TreeSet<>(otherLayers));
    }
}
