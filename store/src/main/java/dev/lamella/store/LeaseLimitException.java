package dev.lamella.store;

/** A lease is larger, or runs longer, than {@link LeaseLimits} allows, or there are too many. */
public final class LeaseLimitException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final String lease;

    /**
     * Makes the exception.
     *
     * @param lease the lease's name
     * @param reason what was asked for and what is allowed
     */
    public LeaseLimitException(String lease, String reason) {
        super("lease %s: %s".formatted(lease, reason));
        this.lease = lease;
    }

    /** Returns the lease's name. */
    public String lease() {
        return lease;
    }
}
