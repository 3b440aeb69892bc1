package dev.lamella.generator;

import dev.lamella.filetree.Digest;
import java.util.List;

/** Hears how far a publication is. Called by several threads at once; must return at once and throw nothing. */
public interface PublishListener {

    /** Hears nothing. */
    PublishListener NONE = new PublishListener() {};

    /**
     * Says what the reference stands for.
     *
     * @param manifestDigest the image's manifest
     * @param layers its layers, base first
     */
    default void resolved(Digest manifestDigest, List<WantedLayer> layers) {}

    /** Says that a layer's download begins. */
    default void started(WantedLayer layer) {}

    /**
     * Says how far a layer is, about once for each half megabyte.
     *
     * @param layer the layer
     * @param blobBytes bytes of the blob received
     * @param dataBytes bytes of the uncompressed tar written
     */
    default void progress(WantedLayer layer, long blobBytes, long dataBytes) {}

    /** Says that a layer is in the store. */
    default void done(WantedLayer layer, PublishedLayer published) {}
}
