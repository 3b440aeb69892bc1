package dev.lamella.door;

import dev.lamella.oci.Credentials;
import dev.lamella.oci.Platform;
import dev.lamella.oci.Reference;
import java.util.Optional;

/**
 * Asks a node to have an image's layers in its image store.
 *
 * @param reference the image
 * @param platform which image to take from an index; without it that of this machine
 * @param credentials used for this image only, and kept nowhere; without them the registry is asked as a stranger, unless the door is
 *     {@link Door#COMMAND}
 * @param door by which way it comes
 */
public record PullRequest(
        Reference reference, Optional<Platform> platform, Optional<Credentials> credentials, Door door) {}
