package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.util.Optional;
import java.util.Set;

/** A manifest: of one image, or an index of several. */
public sealed interface Manifest permits ImageManifest, IndexManifest {

    /** Returns the media type, the one of the document if it says one. */
    String mediaType();

    /**
     * Reads a manifest strictly: a document that could be taken for both kinds, repeats a field or misses one is refused.
     *
     * @param json the document
     * @param contentType the media type it was sent with; a general one such as {@code text/plain} says nothing
     * @param name what to call it in messages
     * @throws OciException if it is malformed, beyond a limit, or neither an OCI nor a Docker schema 2 manifest
     */
    static Manifest parse(byte[] json, String contentType, String name) throws OciException {
        OciJson document = OciJson.parse(json, name);
        Optional<String> said = document.optionalText("mediaType");
        String sent = contentType.replaceFirst(";.*", "").strip();
        boolean sentMeansSomething = MediaTypes.MANIFESTS.contains(sent) || MediaTypes.INDEXES.contains(sent);
        if (said.isPresent() && sentMeansSomething && !said.get().equals(sent)) {
            throw document.wrong(
                    "mediaType", "\"%s\", but it was sent as %s".formatted(Printable.of(said.get()), sent));
        }
        refuseSchema1(document, sent);
        boolean hasEntries = document.has("manifests");
        boolean hasImage = document.has("config") || document.has("layers");
        if (hasEntries && hasImage) {
            throw document.wrong(
                    "", "has both \"manifests\" and \"config\" or \"layers\": it could be read in two ways");
        }
        String kind = said.or(() -> sentMeansSomething ? Optional.of(sent) : Optional.empty())
                .orElse(hasEntries ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST);
        if (MediaTypes.MANIFESTS.contains(kind)) {
            return ImageManifest.read(document, kind);
        }
        if (MediaTypes.INDEXES.contains(kind)) {
            return IndexManifest.read(document, kind);
        }
        throw new OciException(
                Kind.UNSUPPORTED,
                "%s: media type \"%s\" is neither an OCI nor a Docker schema 2 image manifest or index"
                        .formatted(name, Printable.of(kind)));
    }

    private static void refuseSchema1(OciJson document, String sent) throws OciException {
        long version = document.integer("schemaVersion", 0, Integer.MAX_VALUE);
        Set<String> old = MediaTypes.SCHEMA_1;
        if (version == 1 || old.contains(sent)) {
            throw new OciException(
                    Kind.UNSUPPORTED,
                    "%s: a Docker schema 1 manifest, which names no DiffIDs; push the image again with a current engine"
                            .formatted(document.name()));
        }
        if (version != 2) {
            throw document.wrong("schemaVersion", "%d, expected 2".formatted(version));
        }
    }
}
