package dev.lamella.fuse;

import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/** A request about a file or directory that need not be open. */
public sealed interface NodeRequest extends Request {

    /**
     * What are its attributes?
     *
     * @param header what every request begins with
     * @param flags 1 if there is a handle
     * @param fileHandle of the file, if there is one
     */
    record Getattr(RequestHeader header, int flags, long fileHandle) implements NodeRequest {

        /** Returns the handle, if the file was asked about by one. */
        public OptionalLong handle() {
            return (flags & 1) == 0 ? OptionalLong.empty() : OptionalLong.of(fileHandle);
        }
    }

    /**
     * What are its attributes, as statx(2) has them?
     *
     * @param header what every request begins with
     * @param flags 1 if there is a handle
     * @param fileHandle of the file, if there is one
     * @param statxFlags {@code AT_STATX_...}
     * @param mask {@code STATX_...}, what is wanted
     */
    record Statx(RequestHeader header, int flags, long fileHandle, int statxFlags, int mask) implements NodeRequest {}

    /**
     * Change attributes. Only what {@link #changes} says is to be changed.
     *
     * @param header what every request begins with
     * @param valid bits of {@link Field}
     * @param fileHandle of the file, if there is one
     * @param sizeBytes new length
     * @param atime time of the last reading
     * @param mtime time of the last writing
     * @param ctime time of the last change of attributes
     * @param mode type and permissions
     * @param uid owner
     * @param gid group
     */
    record Setattr(
            RequestHeader header,
            int valid,
            long fileHandle,
            long sizeBytes,
            Timestamp atime,
            Timestamp mtime,
            Timestamp ctime,
            int mode,
            int uid,
            int gid)
            implements NodeRequest {

        /** What can be changed, {@code FATTR_...}. */
        public enum Field {
            MODE(0),
            UID(1),
            GID(2),
            SIZE(3),
            ATIME(4),
            MTIME(5),
            /** Not a change: the file is asked about by a handle. */
            HANDLE(6),
            /** The time is now, not the one given. */
            ATIME_NOW(7),
            /** The time is now, not the one given. */
            MTIME_NOW(8),
            LOCK_OWNER(9),
            CTIME(10),
            /** Not a change by itself: set-user-ID bits are to be taken away. */
            KILL_SUIDGID(11);

            private final int bit;

            Field(int number) {
                this.bit = 1 << number;
            }
        }

        /** Returns whether a field is to be changed. */
        public boolean changes(Field field) {
            return (valid & field.bit) != 0;
        }
    }

    /**
     * What does the symbolic link say?
     *
     * @param header what every request begins with
     */
    record Readlink(RequestHeader header) implements NodeRequest {}

    /**
     * May it be accessed? Not asked with {@code default_permissions}.
     *
     * @param header what every request begins with
     * @param mask of access(2): 4 read, 2 write, 1 execute
     */
    record Access(RequestHeader header, int mask) implements NodeRequest {}

    /**
     * How large is the file system, and how full?
     *
     * @param header what every request begins with
     */
    record Statfs(RequestHeader header) implements NodeRequest {}

    /**
     * Open a file.
     *
     * @param header what every request begins with
     * @param flags of open(2), without O_CREAT, O_EXCL and O_NOCTTY
     * @param openFlags {@code FUSE_OPEN_...}
     */
    record Open(RequestHeader header, int flags, int openFlags) implements NodeRequest {}

    /**
     * Open a directory.
     *
     * @param header what every request begins with
     * @param flags of open(2)
     */
    record Opendir(RequestHeader header, int flags) implements NodeRequest {}

    /**
     * Set an extended attribute.
     *
     * @param header what every request begins with
     * @param name with its namespace, as {@code user.mime_type}
     * @param value its value, at most 65,536 bytes; valid until the handler returns
     * @param flags of setxattr(2): 1 must be new, 2 must be there
     * @param setxattrFlags {@code FUSE_SETXATTR_...}
     */
    record Setxattr(RequestHeader header, Name name, MemorySegment value, int flags, int setxattrFlags)
            implements NodeRequest {}

    /**
     * What is the value of an extended attribute?
     *
     * @param header what every request begins with
     * @param name with its namespace
     * @param sizeBytesMax of the value, or 0 if only its length is asked for; the session sees to both
     */
    record Getxattr(RequestHeader header, Name name, int sizeBytesMax) implements NodeRequest {}

    /**
     * Which extended attributes are there?
     *
     * @param header what every request begins with
     * @param sizeBytesMax of the list, or 0 if only its length is asked for; the session sees to both
     */
    record Listxattr(RequestHeader header, int sizeBytesMax) implements NodeRequest {}

    /**
     * Remove an extended attribute.
     *
     * @param header what every request begins with
     * @param name with its namespace
     */
    record Removexattr(RequestHeader header, Name name) implements NodeRequest {}
}
