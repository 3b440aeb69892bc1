package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An index of images for several platforms ("manifest list").
 *
 * @param mediaType its media type
 * @param manifests its entries in their order
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">OCI image index</a>
 */
public record IndexManifest(String mediaType, List<Descriptor> manifests) implements Manifest {

    private static final int ENTRIES_MAX = 1000;
    private static final int PLATFORMS_SHOWN_MAX = 20;

    /** Copies the list. */
    public IndexManifest {
        manifests = List.copyOf(manifests);
    }

    static IndexManifest read(OciJson document, String mediaType) throws OciException {
        var manifests = new ArrayList<Descriptor>();
        for (OciJson entry : document.objects("manifests", ENTRIES_MAX)) {
            manifests.add(entry.descriptor());
        }
        return new IndexManifest(mediaType, manifests);
    }

    /**
     * Returns the first entry that suits best, as containers/image chooses.
     *
     * @param name what to call the index in messages
     * @throws OciException if nothing suits; the message lists what there is
     */
    public Descriptor choose(Platform wanted, String name) throws OciException {
        for (Platform runnable : wanted.runnable()) {
            for (Descriptor entry : manifests) {
                boolean isImage = MediaTypes.MANIFESTS.contains(entry.mediaType());
                if (isImage && entry.platform().filter(runnable::equals).isPresent()) {
                    return entry;
                }
            }
        }
        String there = manifests.stream()
                .flatMap(entry -> entry.platform().stream())
                .map(platform -> Printable.of(platform.toString()))
                .distinct()
                .limit(PLATFORMS_SHOWN_MAX)
                .collect(Collectors.joining(", "));
        throw new OciException(
                Kind.NOT_FOUND,
                "%s: no image for %s in the index; there is %s"
                        .formatted(name, wanted, there.isEmpty() ? "none that names its platform" : there));
    }
}
