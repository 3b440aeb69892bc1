package dev.lamella.fuse;

import java.lang.foreign.MemorySegment;

/** A request about an open file or directory. */
public sealed interface FileRequest extends Request {

    /** Returns the handle that the file system gave out when it was opened. */
    long handle();

    /**
     * Read.
     *
     * @param header what every request begins with
     * @param handle of the file
     * @param offset in the file, in bytes
     * @param sizeBytes how much; less is the end of the file, unless it was opened with {@link Opened.Flag#DIRECT_IO}
     * @param readFlags {@code FUSE_READ_...}
     * @param lockOwner who asks
     * @param flags of open(2)
     */
    record Read(RequestHeader header, long handle, long offset, int sizeBytes, int readFlags, long lockOwner, int flags)
            implements FileRequest {}

    /**
     * Write.
     *
     * @param header what every request begins with
     * @param handle of the file
     * @param offset in the file, in bytes; with O_APPEND, too, it is where the kernel believes the end to be
     * @param data what to write, begins at a page; valid until the handler returns
     * @param writeFlags {@code FUSE_WRITE_...}
     * @param lockOwner who asks
     * @param flags of open(2)
     */
    record Write(
            RequestHeader header,
            long handle,
            long offset,
            MemorySegment data,
            int writeFlags,
            long lockOwner,
            int flags)
            implements FileRequest {}

    /**
     * A descriptor of the file was closed; others may be open. The place to report errors of writing.
     *
     * @param header what every request begins with
     * @param handle of the file
     * @param lockOwner whose locks are to go
     */
    record Flush(RequestHeader header, long handle, long lockOwner) implements FileRequest {}

    /**
     * The file is no longer open. Nobody waits for the answer.
     *
     * @param header what every request begins with
     * @param handle of the file
     * @param flags of open(2)
     * @param releaseFlags {@code FUSE_RELEASE_...}
     * @param lockOwner whose locks are to go
     */
    record Release(RequestHeader header, long handle, int flags, int releaseFlags, long lockOwner)
            implements FileRequest {}

    /**
     * Bring a file to the disk.
     *
     * @param header what every request begins with
     * @param handle of the file
     * @param fsyncFlags 1 if only its content matters
     */
    record Fsync(RequestHeader header, long handle, int fsyncFlags) implements FileRequest {}

    /**
     * Reserve space, punch holes and the like.
     *
     * @param header what every request begins with
     * @param handle of the file
     * @param offset in bytes
     * @param lengthBytes how much
     * @param mode of fallocate(2)
     */
    record Fallocate(RequestHeader header, long handle, long offset, long lengthBytes, int mode)
            implements FileRequest {}

    /**
     * Find data or a hole.
     *
     * @param header what every request begins with
     * @param handle of the file
     * @param offset where to begin, in bytes
     * @param whence 3 for data, 4 for a hole
     */
    record Lseek(RequestHeader header, long handle, long offset, int whence) implements FileRequest {}

    /**
     * Copy from one open file to another.
     *
     * @param header what every request begins with; it names the file to read
     * @param handle of the file to read
     * @param offset in it, in bytes
     * @param toNodeId file to write
     * @param toHandle its handle
     * @param toOffset in it, in bytes
     * @param lengthBytes how much
     * @param flags none so far
     */
    record CopyFileRange(
            RequestHeader header,
            long handle,
            long offset,
            long toNodeId,
            long toHandle,
            long toOffset,
            long lengthBytes,
            long flags)
            implements FileRequest {}

    /**
     * List a directory, or list it with attributes.
     *
     * @param header what every request begins with
     * @param handle of the directory
     * @param offset 0 to begin with, else that given with the last entry seen
     * @param sizeBytes of the answer at most; {@link DirectoryBuffer} sees to that
     */
    record Readdir(RequestHeader header, long handle, long offset, int sizeBytes) implements FileRequest {}

    /**
     * The directory is no longer open. Nobody waits for the answer.
     *
     * @param header what every request begins with
     * @param handle of the directory
     */
    record Releasedir(RequestHeader header, long handle) implements FileRequest {}

    /**
     * Bring the names in a directory to the disk.
     *
     * @param header what every request begins with
     * @param handle of the directory
     * @param fsyncFlags 1 if only its content matters
     */
    record Fsyncdir(RequestHeader header, long handle, int fsyncFlags) implements FileRequest {}
}
