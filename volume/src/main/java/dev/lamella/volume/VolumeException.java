package dev.lamella.volume;

import java.io.IOException;

/**
 * A layer cannot become a volume, or a volume, its description or its signature is not right. One subclass per
 * broken promise.
 */
public abstract sealed class VolumeException extends IOException
        permits BadSignatureException,
                BlobDigestMismatchException,
                BlobSizeMismatchException,
                CorruptCompressionException,
                CorruptVolumeException,
                DiffIdMismatchException,
                DiskFullException,
                KeyFileException,
                LimitExceededException,
                MalformedDocumentException,
                MalformedSignatureException,
                MissingSignatureException,
                UnknownCompressionException,
                UnknownKeyException {
    private static final long serialVersionUID = 1L;

    VolumeException(String message) {
        super(message);
    }
}
