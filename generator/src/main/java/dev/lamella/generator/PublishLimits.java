package dev.lamella.generator;

import dev.lamella.volume.LayerLimits;

/**
 * Bounds of a publication.
 *
 * @param parallelLayers how many layers are downloaded and built at once, from 1
 * @param layersMax layers of one image
 * @param cancelWaitMillis how long to wait for the other layers to stop after one has failed
 * @param layer how large one layer may become
 */
public record PublishLimits(int parallelLayers, int layersMax, long cancelWaitMillis, LayerLimits layer) {

    /** As many layers at once as there are processors, two or three. */
    public static final PublishLimits DEFAULT =
            new PublishLimits(parallelByDefault(), 1000, 30_000, LayerLimits.DEFAULT);

    /** Checks the numbers. */
    public PublishLimits {
        if (parallelLayers < 1 || layersMax < 1) {
            throw new IllegalArgumentException("at least one layer");
        }
    }

    /** Returns how many layers at once suit this machine: each keeps about two processors busy, but waits for the network too. */
    public static int parallelByDefault() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 3);
    }
}
