package dev.lamella.door;

/**
 * How much a mirror does at once and how long it waits.
 *
 * @param requests requests answered at the same time; the next is told to come back
 * @param preparations manifests held back at the same time while the node is asked; the next is answered without asking
 * @param headerBytes the largest head of a request
 * @param idleMillis how long a connection may do nothing
 * @param drainMillis how long requests may take to end when the mirror stops
 * @param upstreams registries that connections are kept to
 * @param upstreamIdleMillis how long they are kept
 * @param indexEntries images remembered by the index they are of
 * @param indexMillis for how long
 * @param manifestBytes the largest manifest that is looked into
 * @param answerMarginMillis how much longer than its time box the node is waited for
 * @param hungMillis for how long a node is not asked that did not answer in time
 */
public record MirrorLimits(
        int requests,
        int preparations,
        int headerBytes,
        long idleMillis,
        long drainMillis,
        int upstreams,
        long upstreamIdleMillis,
        int indexEntries,
        long indexMillis,
        int manifestBytes,
        long answerMarginMillis,
        long hungMillis) {

    /** Limits that let a machine pull dozens of images at once, within some 200 MiB of memory. */
    public static final MirrorLimits DEFAULT =
            new MirrorLimits(512, 64, 32 << 10, 60_000, 10_000, 64, 60_000, 1000, 600_000, 1 << 20, 500, 10_000);
}
