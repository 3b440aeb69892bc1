package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import java.util.Map;

/** A signature as it was found, of which nothing is checked yet. */
public sealed interface ImageSignature {

    /**
     * Simple signing.
     *
     * @param message an OpenPGP message: the signed text with its signature
     */
    record Simple(ByteString message) implements ImageSignature {}

    /**
     * Sigstore's.
     *
     * @param mediaType what it is
     * @param payload the signed text
     * @param annotations the signature, and what belongs to it
     */
    record Sigstore(String mediaType, ByteString payload, Map<String, String> annotations) implements ImageSignature {

        static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

        /** Copies the map. */
        public Sigstore {
            annotations = Map.copyOf(annotations);
        }
    }
}
