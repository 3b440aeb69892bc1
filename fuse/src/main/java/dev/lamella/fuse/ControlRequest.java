package dev.lamella.fuse;

import java.util.List;

/** A request that the session itself sees to. */
public sealed interface ControlRequest extends Request {

    /**
     * The beginning; the answer is an {@link Agreement}.
     *
     * @param header what every request begins with
     * @param major version of the protocol
     * @param minor version of the protocol
     * @param maxReadaheadBytes how far the kernel reads ahead at most
     * @param features bits of {@link Feature} and others
     */
    record Init(RequestHeader header, int major, int minor, int maxReadaheadBytes, long features)
            implements ControlRequest {}

    /**
     * The end. Sent only by mounts of block devices and the like.
     *
     * @param header what every request begins with
     */
    record Destroy(RequestHeader header) implements ControlRequest {}

    /**
     * The kernel has forgotten what it knew of nodes. Has no answer.
     *
     * @param header what every request begins with
     * @param nodes which, and how often each had been looked up
     */
    record Forget(RequestHeader header, List<Forgotten> nodes) implements ControlRequest {}

    /**
     * One node the kernel has forgotten.
     *
     * @param nodeId the node
     * @param lookups how many answers that named it are forgotten
     */
    record Forgotten(long nodeId, long lookups) {}

    /**
     * Who asked is no longer interested. Has no answer if the request is found.
     *
     * @param header what every request begins with
     * @param interrupted the {@link RequestHeader#unique} of the request that is meant
     */
    record Interrupt(RequestHeader header, long interrupted) implements ControlRequest {}

    /**
     * Bring everything to the disk.
     *
     * @param header what every request begins with
     */
    record Syncfs(RequestHeader header) implements ControlRequest {}

    /**
     * Anything else: answered with ENOSYS.
     *
     * @param header what every request begins with
     */
    record Unsupported(RequestHeader header) implements ControlRequest {}
}
