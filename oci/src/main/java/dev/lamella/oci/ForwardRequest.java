package dev.lamella.oci;

import dev.lamella.oci.OciException.Kind;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A request to be handed on to a registry as it is.
 *
 * @param head whether only the answer's head is wanted
 * @param resource what is asked for within the repository, with its query, such as {@code manifests/1.0}
 * @param headers those to hand on, each with all its values in one; nothing that authenticates
 */
public record ForwardRequest(boolean head, String resource, Map<String, String> headers) {

    private static final int RESOURCE_CHARS_MAX = 2048;
    private static final Pattern RESOURCE = Pattern.compile(
            "(?:manifests|blobs|tags|referrers)/[A-Za-z0-9_][A-Za-z0-9._:-]*(?:\\?[A-Za-z0-9._:/?=&%+~-]*)?");

    /** Copies the map. */
    public ForwardRequest {
        headers = Map.copyOf(headers);
    }

    /**
     * Makes a request.
     *
     * @throws OciException if the resource is none that can be asked for
     */
    public static ForwardRequest of(boolean head, String resource, Map<String, String> headers) throws OciException {
        if (resource.length() > RESOURCE_CHARS_MAX
                || !RESOURCE.matcher(resource).matches()) {
            throw new OciException(
                    Kind.MALFORMED_REFERENCE,
                    "\"%s\": not a manifest, blob, tags or referrers of a repository"
                            .formatted(Printable.of(resource)));
        }
        return new ForwardRequest(head, resource, headers);
    }

    String method() {
        return head ? "HEAD" : "GET";
    }
}
