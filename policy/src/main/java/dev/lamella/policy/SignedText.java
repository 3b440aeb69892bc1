package dev.lamella.policy;

import dev.lamella.filetree.Digest;
import dev.lamella.filetree.MalformedDigestException;
import dev.lamella.oci.StrictJsonReader;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a signature says: this manifest is the image of this name. Nobody but the code that has checked the signature may make one.
 *
 * @param manifest the manifest's digest
 * @param name the image's name, in whatever form
 * @see <a href="https://github.com/containers/image/blob/main/docs/containers-signature.5.md">containers-signature(5)</a>
 */
record SignedText(Digest manifest, String name) {

    /** The {@code critical.type} of simple signing. */
    static final String SIMPLE = "atomic container signature";

    /** The {@code critical.type} of sigstore's signatures. */
    static final String SIGSTORE = "cosign container image signature";

    /**
     * Reads a text strictly: a key that is missing, unknown or there twice makes it worthless.
     *
     * @param type the type it must be of
     */
    static SignedText parse(byte[] text, String type) throws InvalidSignatureException {
        try {
            StrictJson top = StrictJson.parse(text).exactly(Set.of("critical", "optional"));
            // Cosign writes null where a user adds nothing.
            if (!type.equals(SIGSTORE) || !top.node().path("optional").isNull()) {
                checkOptional(top.object("optional"));
            }
            StrictJson critical = top.object("critical").exactly(Set.of("type", "image", "identity"));
            String said = critical.text("type");
            if (!said.equals(type)) {
                throw critical.wrong("type", "%s, expected \"%s\"".formatted(Shown.quoted(said), type));
            }
            StrictJson image = critical.object("image").exactly(Set.of("docker-manifest-digest"));
            StrictJson identity = critical.object("identity").exactly(Set.of("docker-reference"));
            return new SignedText(digest(image), identity.text("docker-reference"));
        } catch (MalformedJsonException e) {
            throw new InvalidSignatureException("the signed text: " + e.getMessage());
        }
    }

    private static Digest digest(StrictJson image) throws MalformedJsonException {
        String digest = image.text("docker-manifest-digest");
        try {
            return Digest.parse(digest);
        } catch (MalformedDigestException _) {
            throw image.wrong("docker-manifest-digest", Shown.quoted(digest) + " is no digest");
        }
    }

    /** What is optional decides nothing, but must be of its type. */
    private static void checkOptional(StrictJson optional) throws MalformedJsonException {
        JsonNode creator = optional.node().path("creator");
        if (!creator.isMissingNode() && !creator.isNull() && !creator.isString()) {
            throw optional.wrong("creator", "expected a text, found " + StrictJsonReader.kindOf(creator));
        }
        JsonNode timestamp = optional.node().path("timestamp");
        boolean whole = timestamp.isNumber() && timestamp.asDouble() == Math.rint(timestamp.asDouble());
        if (!timestamp.isMissingNode() && !timestamp.isNull() && !whole) {
            throw optional.wrong("timestamp", "expected a whole number");
        }
    }
}
