package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the bytes of a request into its record; the structures are those of {@code linux/fuse.h}, 7.36 and later, named
 * in the comments. Bytes behind what is known are passed over: that is where newer kernels put more.
 */
final class RequestDecoder {

    /** XATTR_SIZE_MAX of the kernel. */
    static final int XATTR_BYTES_MAX = 65536;

    private RequestDecoder() {}

    /**
     * Reads the header of a request.
     *
     * @param message the request and nothing else
     * @throws FuseProtocolException if it is too short or of another length than it says
     */
    static RequestHeader header(MemorySegment message) throws FuseProtocolException {
        long size = message.byteSize();
        if (size < RequestHeader.BYTES) {
            throw new FuseProtocolException(
                    "a request", 0, "%d bytes, a header has %d".formatted(size, RequestHeader.BYTES));
        }
        var header = new RequestHeader(
                message.get(JAVA_INT_UNALIGNED, 0),
                message.get(JAVA_INT_UNALIGNED, 4),
                message.get(JAVA_LONG_UNALIGNED, 8),
                message.get(JAVA_LONG_UNALIGNED, 16),
                message.get(JAVA_INT_UNALIGNED, 24),
                message.get(JAVA_INT_UNALIGNED, 28),
                message.get(JAVA_INT_UNALIGNED, 32)); // total_extlen u16, padding u16
        if (header.length() != size) {
            throw new FuseProtocolException(
                    header.operation(), 0, "says that it has %d bytes, has %d".formatted(header.length(), size));
        }
        return header;
    }

    /**
     * Reads what comes after the header.
     *
     * @throws FuseProtocolException if there is less than the kind of request needs, or a name has no end
     */
    static Request body(RequestHeader h, MemorySegment message) throws FuseProtocolException {
        Opcode opcode = Opcode.of(h.code()).orElse(null);
        if (opcode == null) {
            return new ControlRequest.Unsupported(h);
        }
        var in = new MessageReader(message, opcode.name(), RequestHeader.BYTES, message.byteSize());
        return switch (opcode) {
            case LOOKUP -> new EntryRequest.Lookup(h, in.name());
            case MKNOD, MKDIR, SYMLINK, LINK, CREATE -> newEntry(opcode, h, in);
            case UNLINK -> new EntryRequest.Unlink(h, in.name());
            case RMDIR -> new EntryRequest.Rmdir(h, in.name());
            case RENAME, RENAME2 -> rename(opcode, h, in);
            case GETATTR -> getattr(h, in);
            case SETATTR -> setattr(h, in);
            case STATX -> statx(h, in);
            case READLINK -> new NodeRequest.Readlink(h);
            case ACCESS -> new NodeRequest.Access(h, in.int32());
            case STATFS -> new NodeRequest.Statfs(h);
            case OPEN -> new NodeRequest.Open(h, in.int32(), in.int32());
            case OPENDIR -> new NodeRequest.Opendir(h, in.int32());
            case SETXATTR, GETXATTR, LISTXATTR, REMOVEXATTR -> xattr(opcode, h, in);
            case INIT, DESTROY, FORGET, BATCH_FORGET, INTERRUPT, SYNCFS -> control(opcode, h, in);
            case IOCTL, POLL -> new ControlRequest.Unsupported(h);
            default -> file(opcode, h, in);
        };
    }

    private static EntryRequest newEntry(Opcode opcode, RequestHeader h, MessageReader in)
            throws FuseProtocolException {
        return switch (opcode) {
            case MKNOD -> { // fuse_mknod_in: mode, rdev, umask, padding
                int mode = in.int32();
                int rdev = in.int32();
                int umask = in.int32();
                in.skip(4);
                yield new EntryRequest.Mknod(h, in.name(), mode, rdev, umask);
            }
            case MKDIR -> { // fuse_mkdir_in: mode, umask
                int mode = in.int32();
                int umask = in.int32();
                yield new EntryRequest.Mkdir(h, in.name(), mode, umask);
            }
            case SYMLINK -> new EntryRequest.Symlink(h, in.name(), in.name());
            case LINK -> { // fuse_link_in: oldnodeid
                long oldNodeId = in.int64();
                yield new EntryRequest.Link(h, in.name(), oldNodeId);
            }
            default -> { // fuse_create_in: flags, mode, umask, open_flags
                int flags = in.int32();
                int mode = in.int32();
                int umask = in.int32();
                int openFlags = in.int32();
                yield new EntryRequest.Create(h, in.name(), flags, mode, umask, openFlags);
            }
        };
    }

    private static EntryRequest rename(Opcode opcode, RequestHeader h, MessageReader in) throws FuseProtocolException {
        long newParent = in.int64(); // fuse_rename_in: newdir; fuse_rename2_in: newdir, flags, padding
        int flags = 0;
        if (opcode == Opcode.RENAME2) {
            flags = in.int32();
            in.skip(4);
        }
        Name name = in.name();
        return new EntryRequest.Rename(h, name, newParent, in.name(), flags);
    }

    private static NodeRequest getattr(RequestHeader h, MessageReader in) throws FuseProtocolException {
        int flags = in.int32(); // fuse_getattr_in: getattr_flags, dummy, fh
        in.skip(4);
        return new NodeRequest.Getattr(h, flags, in.int64());
    }

    private static NodeRequest statx(RequestHeader h, MessageReader in) throws FuseProtocolException {
        int flags = in.int32(); // fuse_statx_in: getattr_flags, reserved, fh, sx_flags, sx_mask
        in.skip(4);
        return new NodeRequest.Statx(h, flags, in.int64(), in.int32(), in.int32());
    }

    private static NodeRequest setattr(RequestHeader h, MessageReader in) throws FuseProtocolException {
        int valid = in.int32(); // fuse_setattr_in: valid, padding, fh, size, lock_owner
        in.skip(4);
        long handle = in.int64();
        long size = in.int64();
        in.skip(8);
        long atime = in.int64(); // atime, mtime, ctime, atimensec, mtimensec, ctimensec
        long mtime = in.int64();
        long ctime = in.int64();
        int atimeNanos = in.int32();
        int mtimeNanos = in.int32();
        int ctimeNanos = in.int32();
        int mode = in.int32(); // mode, unused4, uid, gid, unused5
        in.skip(4);
        return new NodeRequest.Setattr(
                h,
                valid,
                handle,
                size,
                new Timestamp(atime, atimeNanos),
                new Timestamp(mtime, mtimeNanos),
                new Timestamp(ctime, ctimeNanos),
                mode,
                in.int32(),
                in.int32());
    }

    private static NodeRequest xattr(Opcode opcode, RequestHeader h, MessageReader in) throws FuseProtocolException {
        return switch (opcode) {
            case SETXATTR -> { // fuse_setxattr_in: size, flags, setxattr_flags, padding
                int size = in.int32();
                int flags = in.int32();
                int setxattrFlags = in.int32();
                in.skip(4);
                Name name = in.name();
                if (size < 0 || size > XATTR_BYTES_MAX) {
                    throw in.wrong("a value of %d bytes, at most %d".formatted(size & 0xffffffffL, XATTR_BYTES_MAX));
                }
                yield new NodeRequest.Setxattr(h, name, in.bytes(size), flags, setxattrFlags);
            }
            case GETXATTR -> { // fuse_getxattr_in: size, padding
                int size = in.int32();
                in.skip(4);
                yield new NodeRequest.Getxattr(h, in.name(), size);
            }
            case LISTXATTR -> new NodeRequest.Listxattr(h, in.int32());
            default -> new NodeRequest.Removexattr(h, in.name());
        };
    }

    private static ControlRequest control(Opcode opcode, RequestHeader h, MessageReader in)
            throws FuseProtocolException {
        return switch (opcode) {
            case INIT -> { // fuse_init_in: major, minor, max_readahead, flags, flags2
                int major = in.int32();
                int minor = in.int32();
                int readahead = in.int32();
                long features = Integer.toUnsignedLong(in.int32());
                if ((features & Feature.INIT_EXT.bit()) != 0) {
                    features |= (long) in.int32() << 32;
                }
                yield new ControlRequest.Init(h, major, minor, readahead, features);
            }
            case FORGET -> new ControlRequest.Forget(h, List.of(new ControlRequest.Forgotten(h.nodeId(), in.int64())));
            case BATCH_FORGET -> {
                long count = Integer.toUnsignedLong(in.int32()); // fuse_batch_forget_in: count, dummy
                in.skip(4);
                if (count > in.remaining() / 16) {
                    throw in.wrong("%d nodes to forget in %d bytes".formatted(count, in.remaining()));
                }
                var nodes = new ArrayList<ControlRequest.Forgotten>((int) count);
                for (long left = count; left > 0; left--) {
                    nodes.add(new ControlRequest.Forgotten(in.int64(), in.int64())); // fuse_forget_one
                }
                yield new ControlRequest.Forget(h, List.copyOf(nodes));
            }
            case INTERRUPT -> new ControlRequest.Interrupt(h, in.int64());
            case SYNCFS -> new ControlRequest.Syncfs(h);
            default -> new ControlRequest.Destroy(h);
        };
    }

    private static FileRequest file(Opcode opcode, RequestHeader h, MessageReader in) throws FuseProtocolException {
        long handle = in.int64(); // all begin with fh
        return switch (opcode) {
            case READ -> // fuse_read_in: fh, offset, size, read_flags, lock_owner, flags
                new FileRequest.Read(h, handle, in.int64(), size(in), in.int32(), in.int64(), in.int32());
            case WRITE -> { // fuse_write_in: fh, offset, size, write_flags, lock_owner, flags, padding
                long offset = in.int64();
                int size = size(in);
                int writeFlags = in.int32();
                long lockOwner = in.int64();
                int flags = in.int32();
                in.skip(4);
                yield new FileRequest.Write(h, handle, offset, in.bytes(size), writeFlags, lockOwner, flags);
            }
            case READDIR, READDIRPLUS -> new FileRequest.Readdir(h, handle, in.int64(), size(in)); // as fuse_read_in
            case FLUSH -> { // fuse_flush_in: fh, unused, padding, lock_owner
                in.skip(8);
                yield new FileRequest.Flush(h, handle, in.int64());
            }
            case RELEASE -> // fuse_release_in: fh, flags, release_flags, lock_owner
                new FileRequest.Release(h, handle, in.int32(), in.int32(), in.int64());
            case RELEASEDIR -> new FileRequest.Releasedir(h, handle);
            case FSYNC -> new FileRequest.Fsync(h, handle, in.int32());
            case FSYNCDIR -> new FileRequest.Fsyncdir(h, handle, in.int32());
            case FALLOCATE -> // fuse_fallocate_in: fh, offset, length, mode, padding
                new FileRequest.Fallocate(h, handle, in.int64(), in.int64(), in.int32());
            case LSEEK -> new FileRequest.Lseek(h, handle, in.int64(), in.int32());
            case COPY_FILE_RANGE, COPY_FILE_RANGE_64 -> // fuse_copy_file_range_in
                new FileRequest.CopyFileRange(
                        h, handle, in.int64(), in.int64(), in.int64(), in.int64(), in.int64(), in.int64());
            default -> throw new IllegalStateException(opcode + " is no request about an open file");
        };
    }

    private static int size(MessageReader in) throws FuseProtocolException {
        int size = in.int32();
        if (size < 0) {
            throw in.wrong("a size of %d bytes".formatted(Integer.toUnsignedLong(size)));
        }
        return size;
    }
}
