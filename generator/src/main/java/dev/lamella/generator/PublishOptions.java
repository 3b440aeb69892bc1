package dev.lamella.generator;

import dev.lamella.oci.Credentials;
import dev.lamella.oci.Platform;
import java.util.Optional;

/**
 * How an image is to be published.
 *
 * @param platform which image to take from an index
 * @param credentials to be used instead of those the engine's configuration knows
 * @param decision may refuse it
 * @param bandwidth how fast its layers are downloaded, all together
 */
public record PublishOptions(
        Platform platform, Optional<Credentials> credentials, PublishDecision decision, Bandwidth bandwidth) {

    /** Refuses nothing and downloads as fast as it goes. */
    public PublishOptions(Platform platform, Optional<Credentials> credentials) {
        this(platform, credentials, PublishDecision.ALLOW, Bandwidth.UNLIMITED);
    }
}
