package dev.lamella.volume;

/** Something is signed by a key that is not trusted here. */
public final class UnknownKeyException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String keyId;

    /**
     * Makes the exception.
     *
     * @param file the signed file
     * @param keyId the key's identifier
     */
    public UnknownKeyException(String file, String keyId) {
        super("%s: signed by the unknown key %s; add its public half to the trusted keys if you trust its owner"
                .formatted(file, SigningKey.shortId(keyId)));
        this.file = file;
        this.keyId = keyId;
    }

    /** Returns the signed file. */
    public String file() {
        return file;
    }

    /** Returns the key's identifier. */
    public String keyId() {
        return keyId;
    }
}
