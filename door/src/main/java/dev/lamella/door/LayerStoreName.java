package dev.lamella.door;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A directory of the layer store below its root: a reference's, a layer's, or a layer's in a reference's.
 *
 * @param reference the image, normalised as engines do; written in Base64
 * @param digest the layer
 */
record LayerStoreName(Optional<Reference> reference, Optional<Digest> digest) {

    /** Base64 of the longest reference, a slash, the longest digest. */
    static final int CHARS_MAX = 1600;

    /** Returns the name of a directory in the root, if that can be one. */
    static Optional<LayerStoreName> inRoot(String name) {
        if (name.indexOf(':') >= 0) { // which Base64 has not
            return digest(name).map(digest -> new LayerStoreName(Optional.empty(), Optional.of(digest)));
        }
        return reference(name).map(reference -> new LayerStoreName(Optional.of(reference), Optional.empty()));
    }

    /** Returns the name of a layer's directory in this one, if that can be one. */
    Optional<LayerStoreName> layer(String name) {
        return digest(name).map(found -> new LayerStoreName(reference, Optional.of(found)));
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static LayerStoreName parse(String path) {
        int slash = path.indexOf('/');
        Optional<LayerStoreName> first = inRoot(slash < 0 ? path : path.substring(0, slash));
        return (slash < 0 ? first : first.flatMap(parent -> parent.layer(path.substring(slash + 1))))
                .orElseThrow(() -> new IllegalArgumentException("no directory of a layer store: " + path));
    }

    private static Optional<Digest> digest(String name) {
        try {
            return Optional.of(Digest.parse(name));
        } catch (MalformedDigestException _) {
            return Optional.empty();
        }
    }

    /** Only the one spelling that engines use counts: two names of one reference would be counted as two. */
    private static Optional<Reference> reference(String name) {
        try {
            Reference reference = Reference.parse(new String(Base64.getDecoder().decode(name), StandardCharsets.UTF_8));
            return Optional.of(reference)
                    .filter(found -> encoded(found.toString()).equals(name));
        } catch (IllegalArgumentException | OciException _) {
            return Optional.empty();
        }
    }

    /** Returns the name of a normalised reference's directory. */
    static String encoded(String reference) {
        return Base64.getEncoder().encodeToString(reference.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the path below the root. */
    @Override
    public String toString() {
        if (reference.isEmpty()) {
            return digest.map(Digest::toString).orElse("");
        }
        return encoded(reference.get().toString())
                + digest.map(found -> "/" + found).orElse("");
    }
}
