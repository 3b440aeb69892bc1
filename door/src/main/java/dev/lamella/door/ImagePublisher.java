package dev.lamella.door;

import dev.lamella.oci.Credentials;
import dev.lamella.oci.EngineConfig;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import dev.lamella.store.ImageRecord;
import java.io.IOException;
import java.util.Optional;

/**
 * Publishes images for a node: a generator in the same process, or another machine's. Called by several threads; images that share layers
 * are to have each blob downloaded once.
 */
@FunctionalInterface
public interface ImagePublisher {

    /**
     * Publishes an image and returns it; quick if the store has it.
     *
     * @param reference the image
     * @param platform which one to take from an index
     * @param engine how registries are reached, and with whose credentials
     * @param credentials to be used instead
     * @throws IOException if it cannot be published; nothing of it is visible then
     */
    ImageRecord publish(Reference reference, Platform platform, EngineConfig engine, Optional<Credentials> credentials)
            throws IOException;
}
