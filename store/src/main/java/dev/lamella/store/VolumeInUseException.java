package dev.lamella.store;

import dev.lamella.filetree.Digest;

/** A volume cannot be removed, because an image needs it. */
public final class VolumeInUseException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Digest diffId;
    private final transient Digest image;

    /**
     * Makes the exception.
     *
     * @param diffId the volume's DiffID
     * @param image the manifest digest of an image that needs it
     */
    public VolumeInUseException(Digest diffId, Digest image) {
        super("volume %s is a layer of image %s; remove the image first".formatted(diffId, image));
        this.diffId = diffId;
        this.image = image;
    }

    /** Returns the volume's DiffID. */
    public Digest diffId() {
        return diffId;
    }

    /** Returns the manifest digest of an image that needs it. */
    public Digest image() {
        return image;
    }
}
