package dev.lamella.store;

import dev.lamella.filetree.Digest;

/** A volume cannot be removed, because a lease says that somebody uses it. */
public final class VolumeLeasedException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Digest diffId;
    private final String lease;

    /**
     * Makes the exception.
     *
     * @param diffId the volume's DiffID
     * @param lease the name of a lease that names it
     */
    public VolumeLeasedException(Digest diffId, String lease) {
        super("volume %s is in use, as the lease %s says; lamella gc removes it when nobody needs it any more"
                .formatted(diffId, lease));
        this.diffId = diffId;
        this.lease = lease;
    }

    /** Returns the volume's DiffID. */
    public Digest diffId() {
        return diffId;
    }

    /** Returns the name of a lease that names it. */
    public String lease() {
        return lease;
    }
}
