package dev.lamella.store;

import java.io.IOException;

/**
 * A store cannot do what it was asked. One subclass per broken promise; signatures, documents and full disks have
 * theirs in
 * {@link dev.lamella.volume.VolumeException}.
 */
public abstract sealed class StoreException extends IOException
        permits DamagedImageException,
                IncompleteStoreException,
                LeaseLimitException,
                ReadOnlyStoreException,
                RejectedVolumeException,
                StoreBusyException,
                StoreVersionException,
                TooManyEntriesException,
                VolumeMissingException {
    private static final long serialVersionUID = 1L;

    StoreException(String message) {
        super(message);
    }
}
