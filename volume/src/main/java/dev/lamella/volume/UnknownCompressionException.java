package dev.lamella.volume;

/** A blob is neither gzip nor zstd nor a plain tar. */
public final class UnknownCompressionException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final String found;

    /**
     * Makes the exception.
     *
     * @param found what it seems to be: a format's name or its first bytes
     */
    public UnknownCompressionException(String found) {
        super("unknown compression: the blob is %s; expected gzip, zstd or a plain tar".formatted(found));
        this.found = found;
    }

    /** Returns what it seems to be: a format's name or its first bytes. */
    public String found() {
        return found;
    }
}
