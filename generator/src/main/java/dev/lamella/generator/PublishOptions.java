package dev.lamella.generator;

import dev.lamella.oci.Credentials;
import dev.lamella.oci.Platform;
import java.util.Optional;

/**
 * How an image is to be published.
 *
 * @param platform which image to take from an index
 * @param credentials to be used instead of those the engine's configuration knows
 */
public record PublishOptions(Platform platform, Optional<Credentials> credentials) {}
