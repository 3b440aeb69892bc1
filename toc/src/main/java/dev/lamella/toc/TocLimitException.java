package dev.lamella.toc;

/** A table of contents is beyond one of the {@link TocLimits}. */
public final class TocLimitException extends TocException {

    private static final long serialVersionUID = 1L;

    private final String limit;
    private final long maximum;

    /**
     * Makes the exception.
     *
     * @param where the annotation, frame or entry that is too large
     * @param limit the name of the component of {@link TocLimits}
     * @param maximum the greatest value allowed
     */
    public TocLimitException(String where, String limit, long maximum) {
        super(where, "beyond the limit %s of %d".formatted(limit, maximum));
        this.limit = limit;
        this.maximum = maximum;
    }

    /** Returns the name of the component of {@link TocLimits}. */
    public String limit() {
        return limit;
    }

    /** Returns the greatest value allowed. */
    public long maximum() {
        return maximum;
    }
}
