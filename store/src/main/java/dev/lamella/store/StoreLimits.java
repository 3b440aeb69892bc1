package dev.lamella.store;

/**
 * Bounds of a store.
 *
 * @param freeSpaceFloorBytes space that is left free: no draft is begun with less
 * @param lockWaitMillis how long to wait for the store's lock
 * @param turnWaitMillis how long to wait for another publisher of the same layer; who takes longer than that is not waited for
 * @param strayAgeMillis how old a stray file among the drafts must be before it is removed; a draft goes as soon as its owner is dead
 * @param entriesMax how many volumes, images, references or blob records are listed at most
 * @param documentBytesMax the greatest size of a manifest, an index or a config
 * @param layersMax the greatest number of layers of an image
 */
public record StoreLimits(
        long freeSpaceFloorBytes,
        long lockWaitMillis,
        long turnWaitMillis,
        long strayAgeMillis,
        int entriesMax,
        int documentBytesMax,
        int layersMax) {

    /** What suits most sites; hardly a layer takes half an hour. */
    public static final StoreLimits DEFAULT =
            new StoreLimits(256L << 20, 30_000, 30 * 60_000, 60_000, 1_000_000, 8 << 20, 1000);

    /** Returns the same limits with another free-space floor. */
    public StoreLimits withFreeSpaceFloor(long bytes) {
        return new StoreLimits(
                bytes, lockWaitMillis, turnWaitMillis, strayAgeMillis, entriesMax, documentBytesMax, layersMax);
    }

    /** Returns the same limits with another age of stray files. */
    public StoreLimits withStrayAge(long millis) {
        return new StoreLimits(
                freeSpaceFloorBytes, lockWaitMillis, turnWaitMillis, millis, entriesMax, documentBytesMax, layersMax);
    }

    /** Returns the same limits with another time to wait for the lock. */
    public StoreLimits withLockWait(long millis) {
        return new StoreLimits(
                freeSpaceFloorBytes, millis, turnWaitMillis, strayAgeMillis, entriesMax, documentBytesMax, layersMax);
    }

    /** Returns the same limits with another time to wait for other publishers. */
    public StoreLimits withTurnWait(long millis) {
        return new StoreLimits(
                freeSpaceFloorBytes, lockWaitMillis, millis, strayAgeMillis, entriesMax, documentBytesMax, layersMax);
    }
}
