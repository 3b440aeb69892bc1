package dev.lamella.store;

import java.nio.file.Path;

/** The store's lock was held by somebody else for too long. */
public final class StoreBusyException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final transient Path lock;
    private final long waitedMillis;

    /**
     * Makes the exception.
     *
     * @param lock the lock file
     * @param waitedMillis how long it was waited for, in milliseconds
     */
    public StoreBusyException(Path lock, long waitedMillis) {
        super("%s: locked by another process for more than %d ms; try again".formatted(lock, waitedMillis));
        this.lock = lock;
        this.waitedMillis = waitedMillis;
    }

    /** Returns the lock file. */
    public Path lock() {
        return lock;
    }

    /** Returns how long it was waited for, in milliseconds. */
    public long waitedMillis() {
        return waitedMillis;
    }
}
