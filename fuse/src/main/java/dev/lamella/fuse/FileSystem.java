package dev.lamella.fuse;

import dev.lamella.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A file system, as the kernel asks for it. Every method has a default: what a read-only file system without that
 * ability says.
 *
 * <p><b>Nodes.</b> The kernel names files by the node ids it was told in {@link Entry}s, and handles by those of
 * {@link Opened}. Both are the file system's own choice. One that can be taken over by a successor, see
 * {@link Session#resume}, derives them from something that lasts, and hands out handles that mean nothing.
 *
 * <p><b>Threads.</b> All methods may be called by many threads at a time. A request that {@link #mayBlock} has a
 * virtual thread of its own, which is interrupted when the caller has lost interest: an {@link InterruptedException} is
 * answered with EINTR. All others run on the threads that read from the kernel, and must return soon: meanwhile nothing
 * else is read there. A handler must never touch the mount it serves, nor wait for somebody who does.
 *
 * <p><b>Errors.</b> {@link FuseException} is an answer. Anything else that is thrown is answered with EIO and logged.
 * ENOSYS has a meaning of its own for many requests: the kernel does not ask again for the life of the mount and does
 * without, which mostly means success ({@link #flush}, {@link #fsync}, {@link #access}).
 *
 * @see <a href="https://docs.kernel.org/filesystems/fuse/fuse.html">The kernel's documentation</a>
 */
public interface FileSystem {

    /** The node id of the root directory. */
    long ROOT_ID = 1;

    /** The session begins. Nothing is asked before this returns. */
    default void begin(Session session) {}

    /**
     * The session is over; nothing is asked any more. The kernel does not {@link #forget} what it still knew when it
     * was unmounted.
     */
    default void end() {}

    /**
     * Returns whether the answer may have to wait, for a disk that may sleep, the network, a lock, other requests. If
     * in doubt it may. Called by a reading thread for each request.
     */
    default boolean mayBlock(Request request) {
        return true;
    }

    /**
     * Looks a name up.
     *
     * @throws FuseException ENOENT if there is none; {@link Entry#absent} says the same and is remembered
     */
    default Entry lookup(EntryRequest.Lookup request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOENT);
    }

    /**
     * The kernel no longer knows a node from so many answers. May be called for nodes that the file system does not
     * count. Must not block.
     */
    default void forget(long nodeId, long lookups) {}

    /** Returns the attributes of a node. The only method without which nothing works. */
    CachedAttributes getattr(NodeRequest.Getattr request) throws FuseException, InterruptedException;

    /** Returns more attributes; if there are no more, as by default, the kernel asks for {@link #getattr} instead. */
    default StatxAttributes statx(NodeRequest.Statx request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Changes attributes; returns the new ones. */
    default CachedAttributes setattr(NodeRequest.Setattr request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Returns what a symbolic link says. */
    default Name readlink(NodeRequest.Readlink request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EINVAL);
    }

    /** Makes a file that is not opened. */
    default Entry mknod(EntryRequest.Mknod request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Makes a directory. */
    default Entry mkdir(EntryRequest.Mkdir request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Makes a symbolic link. */
    default Entry symlink(EntryRequest.Symlink request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Gives a file another name; the entry is that of the same node. */
    default Entry link(EntryRequest.Link request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Takes away a name that is not a directory's. */
    default void unlink(EntryRequest.Unlink request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Removes an empty directory. */
    default void rmdir(EntryRequest.Rmdir request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Moves a file or directory, RENAME and RENAME2. */
    default void rename(EntryRequest.Rename request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Makes a file, if need be, and opens it. */
    default Created create(EntryRequest.Create request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** Opens a file; by default with the handle 0. */
    default Opened open(NodeRequest.Open request) throws FuseException, InterruptedException {
        return Opened.of(0);
    }

    /**
     * Reads.
     *
     * @param buffer memory for the answer, as long as the request is; begins at a page
     * @return what was read, at most as much as was asked for: the beginning of the buffer, or native memory of the
     *     file system's own, which is not copied and must stay as it is until {@link #end}
     */
    default MemorySegment read(FileRequest.Read request, MemorySegment buffer)
            throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Writes; returns how many bytes. */
    default int write(FileRequest.Write request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.EROFS);
    }

    /** A descriptor of the file was closed. By default the kernel stops asking. */
    default void flush(FileRequest.Flush request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** The file is no longer open. */
    default void release(FileRequest.Release request) throws FuseException, InterruptedException {}

    /** Brings a file to the disk. By default the kernel stops asking, and it counts as done. */
    default void fsync(FileRequest.Fsync request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Reserves space and the like. By default EOPNOTSUPP to who asks. */
    default void fallocate(FileRequest.Fallocate request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Finds data or a hole; returns the offset. By default all of the file is data. */
    default long lseek(FileRequest.Lseek request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Copies within the file system; returns how many bytes. By default the kernel reads and writes. */
    default long copyFileRange(FileRequest.CopyFileRange request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Opens a directory; by default with the handle 0. */
    default Opened opendir(NodeRequest.Opendir request) throws FuseException, InterruptedException {
        return Opened.of(0);
    }

    /** Lists a directory, READDIR and READDIRPLUS: {@link DirectoryBuffer#wantsEntries} tells them apart. */
    default void readdir(FileRequest.Readdir request, DirectoryBuffer buffer)
            throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** The directory is no longer open. */
    default void releasedir(FileRequest.Releasedir request) throws FuseException, InterruptedException {}

    /** Brings a directory to the disk. By default the kernel stops asking, and it counts as done. */
    default void fsyncdir(FileRequest.Fsyncdir request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Says whether a file may be accessed. By default the kernel stops asking, and everything may. */
    default void access(NodeRequest.Access request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Returns how large and full the file system is. */
    default FileSystemStatus statfs(NodeRequest.Statfs request) throws FuseException, InterruptedException {
        return FileSystemStatus.EMPTY;
    }

    /** Brings everything to the disk. By default the kernel stops asking. */
    default void syncfs() throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Sets an extended attribute. By default EOPNOTSUPP to who asks. */
    default void setxattr(NodeRequest.Setxattr request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /**
     * Returns the whole value of an extended attribute, at most 65,536 bytes. By default EOPNOTSUPP to who asks.
     *
     * @throws FuseException ENODATA if there is none of this name
     */
    default byte[] getxattr(NodeRequest.Getxattr request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Returns the names of all extended attributes, at most 65,536 bytes. By default EOPNOTSUPP to who asks. */
    default List<Name> listxattr(NodeRequest.Listxattr request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }

    /** Removes an extended attribute. By default EOPNOTSUPP to who asks. */
    default void removexattr(NodeRequest.Removexattr request) throws FuseException, InterruptedException {
        throw FuseException.of(Errno.ENOSYS);
    }
}
