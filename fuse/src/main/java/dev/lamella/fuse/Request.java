package dev.lamella.fuse;

/**
 * A request of the kernel. One record for each kind, in four groups: about a name in a directory, about a file or
 * directory, about one that is open, and those that the {@link Session} answers itself.
 *
 * <p>All are immutable, but for the data of {@link FileRequest.Write} and {@link NodeRequest.Setxattr}, which is memory
 * of the session.
 */
public sealed interface Request permits EntryRequest, NodeRequest, FileRequest, ControlRequest {

    /** Returns what every request begins with. */
    RequestHeader header();

    /** Returns the file or directory it is about. */
    default long nodeId() {
        return header().nodeId();
    }
}
