package dev.lamella.store;

import dev.lamella.filetree.Digest;

/** An image cannot be published, because the store has no volume of one of its layers. */
public final class VolumeMissingException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Digest image;
    private final transient Digest diffId;

    /**
     * Makes the exception.
     *
     * @param image the image's manifest digest
     * @param diffId the missing layer's DiffID
     */
    public VolumeMissingException(Digest image, Digest diffId) {
        super("image %s: the store has no volume of its layer %s; publish the layer again".formatted(image, diffId));
        this.image = image;
        this.diffId = diffId;
    }

    /** Returns the image's manifest digest. */
    public Digest image() {
        return image;
    }

    /** Returns the missing layer's DiffID. */
    public Digest diffId() {
        return diffId;
    }
}
