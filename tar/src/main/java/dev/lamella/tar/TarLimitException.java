package dev.lamella.tar;

import dev.lamella.filetree.ByteString;

/** A layer's tar is within the format, but beyond one of the {@link TarLimits}. */
public final class TarLimitException extends TarFormatException {

    private static final long serialVersionUID = 1L;

    private final String limit;
    private final long maximum;

    TarLimitException(ByteString entry, long offset, String limit, long maximum) {
        super(entry, offset, "beyond the limit %s of %d".formatted(limit, maximum));
        this.limit = limit;
        this.maximum = maximum;
    }

    /** Returns the name of the component of {@link TarLimits}. */
    public String limit() {
        return limit;
    }

    /** Returns the greatest value allowed. */
    public long maximum() {
        return maximum;
    }
}
