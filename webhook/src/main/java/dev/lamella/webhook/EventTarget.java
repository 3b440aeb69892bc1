package dev.lamella.webhook;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.util.Optional;

/**
 * What an event is about: a tag, a manifest, a tag and the manifest it names, or, with neither, a whole repository.
 *
 * @param registry host and perhaps port, as images are pulled from
 * @param repository the path in the registry
 * @param tag the tag
 * @param digest the digest of a manifest or index
 */
public record EventTarget(String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

    /** Returns the image as it is pulled: by its tag, or else by its digest; nothing for a repository. */
    public Optional<Reference> reference() {
        if (tag.isPresent()) {
            return Optional.of(new Reference(registry, repository, tag, Optional.empty()));
        }
        return digest.map(known -> new Reference(registry, repository, Optional.empty(), Optional.of(known)));
    }

    /** Returns the manifest, whatever its tag names by now; nothing if the digest was not told. */
    public Optional<Reference> pinned() {
        return digest.map(known -> new Reference(registry, repository, Optional.empty(), Optional.of(known)));
    }

    /** Checks the parts of a target as a payload tells them. */
    static EventTarget of(String registry, String repository, Optional<String> tag, Optional<String> digest)
            throws MalformedPayloadException {
        Reference checked;
        try {
            checked = Reference.parse(
                    registry + "/" + repository + tag.map(name -> ":" + name).orElse(""));
        } catch (OciException e) {
            throw new MalformedPayloadException("image", String.valueOf(e.getMessage()));
        }
        // Docker Hub alone has repositories with a short name; anything else that comes out otherwise was not what it
        // looked like.
        boolean same =
                checked.repository().equals(repository) || checked.repository().equals("library/" + repository);
        if (!same
                || !checked.registry().equals(registry)
                || (tag.isPresent() && !checked.tag().equals(tag))) {
            throw new MalformedPayloadException(
                    "image", "%s is not an image of %s".formatted(Shown.of(repository), Shown.of(registry)));
        }
        return new EventTarget(
                registry,
                checked.repository(),
                tag,
                digest.isPresent() ? Optional.of(digestOf(digest.get())) : Optional.empty());
    }

    private static Digest digestOf(String text) throws MalformedPayloadException {
        try {
            return Digest.parse(text);
        } catch (MalformedDigestException e) {
            throw new MalformedPayloadException("digest", String.valueOf(e.getMessage()));
        }
    }

    /** Returns what people call it. */
    @Override
    public String toString() {
        return registry + "/" + repository
                + tag.map(name -> ":" + name).orElse("")
                + digest.map(known -> "@" + known).orElse("");
    }
}
