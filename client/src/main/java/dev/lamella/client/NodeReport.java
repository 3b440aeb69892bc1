package dev.lamella.client;

import java.util.List;

/**
 * What a node says of itself.
 *
 * @param version of its lamella
 * @param images the digests of the manifests of the images it shows, at most 10,000
 */
public record NodeReport(String version, List<String> images) {

    /** Copies the list. */
    public NodeReport {
        images = List.copyOf(images);
    }
}
