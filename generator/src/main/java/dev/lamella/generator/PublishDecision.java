package dev.lamella.generator;

import dev.lamella.oci.Reference;
import dev.lamella.oci.Registry;
import dev.lamella.oci.ResolvedImage;
import java.io.IOException;

/**
 * Decides about an image when it is known what it is, and before any of its layers is asked for. Called once by the thread that publishes.
 */
@FunctionalInterface
public interface PublishDecision {

    /** Lets everything pass. */
    PublishDecision ALLOW = (_, _, _) -> {};

    /**
     * Returns if the image may be published.
     *
     * @param reference the image as it was asked for
     * @param image what it stands for
     * @param registry where it lies, and perhaps its signatures
     * @throws IOException saying why it may not; the publication fails with this cause
     */
    void decide(Reference reference, ResolvedImage image, Registry registry) throws IOException;
}
