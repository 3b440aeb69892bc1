package dev.lamella.volume;

/** A trusted key is named, but the signature is not the key's over these bytes. */
public final class BadSignatureException extends VolumeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String keyId;

    /**
     * Makes the exception.
     *
     * @param file the signed file
     * @param keyId the key's identifier
     */
    public BadSignatureException(String file, String keyId) {
        super("%s: bad signature: not what key %s signed; the file was changed"
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
