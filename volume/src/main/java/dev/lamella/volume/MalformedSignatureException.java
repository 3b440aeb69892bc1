package dev.lamella.volume;

/** A signature is not written as the format says. */
public final class MalformedSignatureException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String reason;

    /**
     * Makes the exception.
     *
     * @param file the file that holds the signature
     * @param reason what was found and what was expected
     */
    public MalformedSignatureException(String file, String reason) {
        super("%s: malformed signature: %s".formatted(file, reason));
        this.file = file;
        this.reason = reason;
    }

    /** Returns the file that holds the signature. */
    public String file() {
        return file;
    }

    /** Returns what was found and what was expected. */
    public String reason() {
        return reason;
    }
}
