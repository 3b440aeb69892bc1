package dev.lamella.oci;

import dev.lamella.filetree.ByteString;
import java.util.Map;

/**
 * Something attached to a manifest, such as a signature of it.
 *
 * @param content its bytes, checked against their digest
 * @param annotations what is said of it
 */
public record Attachment(ByteString content, Map<String, String> annotations) {

    /** Copies the map. */
    public Attachment {
        annotations = Map.copyOf(annotations);
    }
}
