package dev.lamella.volume;

/** A gzip or zstd stream breaks its format's rules. */
public final class CorruptCompressionException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final Compression format;
    private final long offsetBytes;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param format the format
     * @param offsetBytes where in the blob, in bytes from its start
     * @param reason the broken rule
     */
    public CorruptCompressionException(Compression format, long offsetBytes, String reason) {
        super("corrupt %s at blob offset %d: %s".formatted(format.label(), offsetBytes, reason));
        this.format = format;
        this.offsetBytes = offsetBytes;
        this.reason = reason;
    }

    /** Returns the format. */
    public Compression format() {
        return format;
    }

    /** Returns where in the blob, in bytes from its start. */
    public long offsetBytes() {
        return offsetBytes;
    }

    /** Returns the broken rule. */
    public String reason() {
        return reason;
    }
}
