package dev.lamella.volume;

/** A signature that should be there is not. */
public final class MissingSignatureException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final String file;

    /**
     * Makes the exception.
     *
     * @param file the file that is not signed
     */
    public MissingSignatureException(String file) {
        super("%s: not signed: its signature is missing".formatted(file));
        this.file = file;
    }

    /** Returns the file that is not signed. */
    public String file() {
        return file;
    }
}
