package dev.lamella.fuse;

import java.util.EnumSet;
import java.util.Set;

/**
 * How a session works, and its limits. Begin with {@link #DEFAULT}.
 *
 * @param features wanted; those the kernel does not offer are done without, see {@link Session#agreement}
 * @param readers number of threads that read requests, 1 to 64
 * @param blockingMax number of requests that {@linkplain FileSystem#mayBlock may block} at work at a time, 1 to 65,536;
 *     further ones wait in the kernel, or are answered with EBUSY where only one reader is left to hear of interrupts
 * @param cloneDevice whether each reader has a descriptor and a queue of its own. Then the requests that were read and
 *     not answered die with this process; so not if a successor is to {@linkplain Session#resume resume} after a crash
 * @param maxTransferBytes the most data in one read or write, {@value #TRANSFER_BYTES_MIN} to
 *     {@value #TRANSFER_BYTES_MAX}, whole pages
 * @param maxReadaheadBytes how far the kernel is to read ahead at most
 * @param maxBackground number of requests that the kernel has under way without anybody waiting, 1 to 65,535
 * @param stackDepth with {@link Feature#PASSTHROUGH}: 1 if backing files are on plain file systems, 2 if they may be on
 *     an overlay or another FUSE. Other stacked file systems then have so much less room above this one
 * @param stopMillisMax how long the end of a session waits for requests at work; then their threads are interrupted,
 *     and as much later given up. What ends by that has no answer: it is left to a successor, if there is one
 */
public record SessionOptions(
        Set<Feature> features,
        int readers,
        int blockingMax,
        boolean cloneDevice,
        int maxTransferBytes,
        int maxReadaheadBytes,
        int maxBackground,
        int stackDepth,
        int stopMillisMax) {

    static final int TRANSFER_BYTES_MIN = 8192;
    static final int TRANSFER_BYTES_MAX = 1 << 20;

    /**
     * What suits most: two to four readers, 256 blocking requests, 1 MiB at a time, no caching of more than single
     * answers.
     */
    public static final SessionOptions DEFAULT = new SessionOptions(
            EnumSet.of(
                    Feature.ASYNC_READ,
                    Feature.AUTO_INVAL_DATA,
                    Feature.DO_READDIRPLUS,
                    Feature.READDIRPLUS_AUTO,
                    Feature.ASYNC_DIO,
                    Feature.PARALLEL_DIROPS,
                    Feature.ABORT_ERROR,
                    Feature.HAS_EXPIRE_ONLY,
                    Feature.HAS_RESEND),
            Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4),
            256,
            true,
            TRANSFER_BYTES_MAX,
            TRANSFER_BYTES_MAX,
            64,
            1,
            5_000);

    /** Checks the limits. */
    public SessionOptions {
        features = Set.copyOf(features);
        check("readers", readers, 1, 64);
        check("blockingMax", blockingMax, 1, 65_536);
        check("maxTransferBytes", maxTransferBytes, TRANSFER_BYTES_MIN, TRANSFER_BYTES_MAX);
        check("maxReadaheadBytes", maxReadaheadBytes, 0, Integer.MAX_VALUE);
        check("maxBackground", maxBackground, 1, 65_535);
        check("stackDepth", stackDepth, 1, 2);
        check("stopMillisMax", stopMillisMax, 0, 600_000);
        if (maxTransferBytes % 4096 != 0) {
            throw new IllegalArgumentException("maxTransferBytes %d: not whole pages".formatted(maxTransferBytes));
        }
        if (features.contains(Feature.PASSTHROUGH) && features.contains(Feature.WRITEBACK_CACHE)) {
            throw new IllegalArgumentException("the kernel does not do PASSTHROUGH and WRITEBACK_CACHE together");
        }
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s %d: from %d to %d".formatted(name, value, min, max));
        }
    }

    /** Returns the same with further features. */
    public SessionOptions with(Feature... more) {
        var all = EnumSet.copyOf(features);
        all.addAll(Set.of(more));
        return new SessionOptions(
                all,
                readers,
                blockingMax,
                cloneDevice,
                maxTransferBytes,
                maxReadaheadBytes,
                maxBackground,
                stackDepth,
                stopMillisMax);
    }

    /** Returns the same with other numbers of threads that read and requests that block. */
    public SessionOptions withThreads(int newReaders, int newBlockingMax) {
        return new SessionOptions(
                features,
                newReaders,
                newBlockingMax,
                cloneDevice,
                maxTransferBytes,
                maxReadaheadBytes,
                maxBackground,
                stackDepth,
                stopMillisMax);
    }

    /** Returns the same with another time to wait at the end. */
    public SessionOptions withStopMillis(int newStopMillisMax) {
        return new SessionOptions(
                features,
                readers,
                blockingMax,
                cloneDevice,
                maxTransferBytes,
                maxReadaheadBytes,
                maxBackground,
                stackDepth,
                newStopMillisMax);
    }

    /** Returns the same with one descriptor for all readers, so that a successor can go on with every request. */
    public SessionOptions withSharedDevice() {
        return new SessionOptions(
                features,
                readers,
                blockingMax,
                false,
                maxTransferBytes,
                maxReadaheadBytes,
                maxBackground,
                stackDepth,
                stopMillisMax);
    }
}
