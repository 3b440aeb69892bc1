package dev.lamella.policy;

import dev.lamella.oci.OciException;
import dev.lamella.oci.Reference;
import java.util.Optional;

/**
 * A name as signatures have it: like a reference, but nothing is added where tag and digest are missing, and both may be there.
 *
 * @param name registry and repository
 * @param tag the tag
 * @param digest the digest
 */
record DockerName(String name, Optional<String> tag, Optional<String> digest) {

    /**
     * Reads a name as Docker normalises it: {@code debian} is {@code docker.io/library/debian}.
     *
     * @throws OciException if it is none
     */
    static DockerName parse(String text) throws OciException {
        Reference reference = Reference.parse(text);
        int at = text.indexOf('@');
        String front = at < 0 ? text : text.substring(0, at);
        int colon = front.lastIndexOf(':');
        Optional<String> tag =
                colon > front.lastIndexOf('/') ? Optional.of(front.substring(colon + 1)) : Optional.empty();
        return new DockerName(reference.name(), tag, reference.digest().map(Object::toString));
    }

    static DockerName of(Reference reference) {
        return new DockerName(
                reference.name(), reference.tag(), reference.digest().map(Object::toString));
    }

    /** Returns whether it names a repository and nothing in it. */
    boolean isNameOnly() {
        return tag.isEmpty() && digest.isEmpty();
    }

    @Override
    public String toString() {
        return name
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }
}
