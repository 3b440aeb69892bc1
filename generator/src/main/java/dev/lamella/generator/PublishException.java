package dev.lamella.generator;

import dev.lamella.filetree.Digest;
import java.io.IOException;
import java.util.Optional;

/** An image, or one of its layers, could not be published. The cause says why; nothing of the image has become visible. */
public final class PublishException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String reference;
    private final transient Optional<Digest> blobDigest;

    /**
     * Makes the exception.
     *
     * @param reference the image as it was asked for
     * @param layer the layer in question, if it is about one
     * @param cause what happened
     */
    PublishException(String reference, Optional<WantedLayer> layer, Throwable cause) {
        super(
                reference
                        + layer.map(l -> ", layer %d (%s)"
                                        .formatted(l.number(), l.layer().blobDigest()))
                                .orElse("")
                        + ": "
                        + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()),
                cause);
        this.reference = reference;
        this.blobDigest = layer.map(l -> l.layer().blobDigest());
    }

    /** Makes the exception of an image that is refused for what it is. */
    PublishException(String reference, String why) {
        super(reference + ": " + why);
        this.reference = reference;
        this.blobDigest = Optional.empty();
    }

    /** Returns whether the same may succeed a little later, such as when a registry did not answer. */
    public boolean mayPass() {
        return FailureKinds.mayPass(this);
    }

    /** Returns the image as it was asked for. */
    public String reference() {
        return reference;
    }

    /** Returns the digest of the layer's blob, if it is about one layer. */
    public Optional<Digest> blobDigest() {
        return blobDigest;
    }
}
