package dev.lamella.store;

import dev.lamella.filetree.Digest;

/** A draft cannot be published, because it is not what it should be. */
public final class RejectedVolumeException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Digest diffId;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param diffId the volume's DiffID
     * @param reason what was found and what was expected
     */
    public RejectedVolumeException(Digest diffId, String reason) {
        super("volume %s cannot be published: %s".formatted(diffId, reason));
        this.diffId = diffId;
        this.reason = reason;
    }

    /** Returns the volume's DiffID. */
    public Digest diffId() {
        return diffId;
    }

    /** Returns what was found and what was expected. */
    public String reason() {
        return reason;
    }
}
