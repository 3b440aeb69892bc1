package dev.lamella.service;

import dev.lamella.generator.PublishLimits;
import dev.lamella.oci.Platform;
import java.util.Map;
import java.util.Optional;

/**
 * How images are published.
 *
 * @param platform which image of an index, if nobody says
 * @param limits bounds of a publication
 * @param bytesPerSecond how fast layers are downloaded from one registry, by all jobs of this generator together
 * @param bytesPerSecondOf the same for some registries, by their names
 */
public record PublishConfig(
        Platform platform, PublishLimits limits, Optional<Long> bytesPerSecond, Map<String, Long> bytesPerSecondOf) {

    /** This machine's platform, as fast as it goes. */
    public static final PublishConfig DEFAULT =
            new PublishConfig(Platform.host(), PublishLimits.DEFAULT, Optional.empty(), Map.of());

    /** Copies the map. */
    public PublishConfig {
        bytesPerSecondOf = Map.copyOf(bytesPerSecondOf);
    }
}
