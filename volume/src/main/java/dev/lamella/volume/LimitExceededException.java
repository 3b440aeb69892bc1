package dev.lamella.volume;

/** A layer is larger than a limit of {@link LayerLimits} allows. */
public final class LimitExceededException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final String limitName;
    private final long limit;
    private final long actual;

    /**
     * Makes the exception.
     *
     * @param limitName the limit's name as in {@link LayerLimits}
     * @param limit its value
     * @param actual the value found, which may be a lower bound
     */
    public LimitExceededException(String limitName, long limit, long actual) {
        super("layer exceeds the limit %s: %d allowed, at least %d found".formatted(limitName, limit, actual));
        this.limitName = limitName;
        this.limit = limit;
        this.actual = actual;
    }

    /** Returns the limit's name as in {@link LayerLimits}. */
    public String limitName() {
        return limitName;
    }

    /** Returns its value. */
    public long limit() {
        return limit;
    }

    /** Returns the value found, which may be a lower bound. */
    public long actual() {
        return actual;
    }
}
