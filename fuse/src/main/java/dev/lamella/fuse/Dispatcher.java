package dev.lamella.fuse;

import dev.lamella.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the file system carry a request out, and makes the answer, whatever happens. */
final class Dispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final FileSystem fileSystem;

    Dispatcher(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    /**
     * Makes the answer to a request. Throws nothing.
     *
     * @return what takes the effect of the answer back, if it cannot be delivered
     */
    Runnable answer(Request request, Reply reply) {
        try {
            return switch (request) {
                case FileRequest file -> onFile(file, reply);
                case EntryRequest entry -> onEntry(entry, reply);
                case NodeRequest node -> onNode(node, reply);
                case ControlRequest control -> onControl(control, reply);
            };
        } catch (FuseException e) {
            reply.error(e.errno());
        } catch (InterruptedException _) {
            reply.error(Errno.EINTR);
        } catch (Exception | Error e) {
            String operation = request.header().operation();
            LOG.error("{} of node {} is answered with EIO", operation, request.nodeId(), e);
            reply.error(Errno.EIO);
        }
        return Dispatcher::nothing;
    }

    private static void nothing() {}

    /** Takes the effect of an answer back. Throws nothing. */
    void takeBack(Runnable undo) {
        try {
            undo.run();
        } catch (RuntimeException | Error e) {
            LOG.error("an answer that nobody got could not be taken back", e);
        }
    }

    private Runnable onEntry(EntryRequest request, Reply reply) throws FuseException, InterruptedException {
        switch (request) {
            case EntryRequest.Lookup r -> {
                return entry(fileSystem.lookup(r), reply);
            }
            case EntryRequest.Mknod r -> {
                return entry(fileSystem.mknod(r), reply);
            }
            case EntryRequest.Mkdir r -> {
                return entry(fileSystem.mkdir(r), reply);
            }
            case EntryRequest.Symlink r -> {
                return entry(fileSystem.symlink(r), reply);
            }
            case EntryRequest.Link r -> {
                return entry(fileSystem.link(r), reply);
            }
            case EntryRequest.Create r -> {
                return create(r, reply);
            }
            case EntryRequest.Unlink r -> fileSystem.unlink(r);
            case EntryRequest.Rmdir r -> fileSystem.rmdir(r);
            case EntryRequest.Rename r -> fileSystem.rename(r);
        }
        reply.empty();
        return Dispatcher::nothing;
    }

    private Runnable entry(Entry entry, Reply reply) {
        reply.entry(entry);
        return () -> forget(entry);
    }

    private void forget(Entry entry) {
        if (entry.nodeId() != 0) {
            fileSystem.forget(entry.nodeId(), 1);
        }
    }

    private Runnable create(EntryRequest.Create request, Reply reply) throws FuseException, InterruptedException {
        Created created = fileSystem.create(request);
        reply.created(created);
        return () -> {
            release(request.header(), created.opened(), request.flags());
            forget(created.entry());
        };
    }

    private void release(RequestHeader header, Opened opened, int flags) {
        try {
            fileSystem.release(new FileRequest.Release(header, opened.handle(), flags, 0, 0));
        } catch (FuseException | InterruptedException e) {
            LOG.debug("a file that nobody waits for any more could not be closed", e);
        }
    }

    private Runnable onNode(NodeRequest request, Reply reply) throws FuseException, InterruptedException {
        switch (request) {
            case NodeRequest.Getattr r -> reply.attributes(fileSystem.getattr(r));
            case NodeRequest.Open r -> {
                Opened opened = fileSystem.open(r);
                reply.opened(opened);
                return () -> release(r.header(), opened, r.flags());
            }
            case NodeRequest.Opendir r -> {
                Opened opened = fileSystem.opendir(r);
                reply.opened(opened);
                return () -> releasedir(r.header(), opened);
            }
            case NodeRequest.Readlink r -> reply.data(fileSystem.readlink(r).raw());
            case NodeRequest.Getxattr r -> xattr(fileSystem.getxattr(r), r.sizeBytesMax(), reply);
            case NodeRequest.Listxattr r -> xattrNames(fileSystem.listxattr(r), r.sizeBytesMax(), reply);
            case NodeRequest.Statx r -> reply.statx(fileSystem.statx(r));
            case NodeRequest.Statfs r -> reply.statfs(fileSystem.statfs(r));
            case NodeRequest.Setattr r -> reply.attributes(fileSystem.setattr(r));
            case NodeRequest.Access r -> {
                fileSystem.access(r);
                reply.empty();
            }
            case NodeRequest.Setxattr r -> {
                fileSystem.setxattr(r);
                reply.empty();
            }
            case NodeRequest.Removexattr r -> {
                fileSystem.removexattr(r);
                reply.empty();
            }
        }
        return Dispatcher::nothing;
    }

    private void releasedir(RequestHeader header, Opened opened) {
        try {
            fileSystem.releasedir(new FileRequest.Releasedir(header, opened.handle()));
        } catch (FuseException | InterruptedException e) {
            LOG.debug("a directory that nobody waits for any more could not be closed", e);
        }
    }

    private static void xattr(byte[] value, int sizeMax, Reply reply) throws FuseException {
        if (checkXattrs(value.length, sizeMax, reply)) {
            reply.data(value);
        }
    }

    private static void xattrNames(List<Name> names, int sizeMax, Reply reply) throws FuseException {
        int size = names.stream().mapToInt(name -> name.length() + 1).sum();
        if (checkXattrs(size, sizeMax, reply)) {
            reply.names(names, size);
        }
    }

    /** Returns whether the content is asked for; otherwise the length has been answered. */
    private static boolean checkXattrs(int size, int sizeMax, Reply reply) throws FuseException {
        if (size > RequestDecoder.XATTR_BYTES_MAX) {
            throw new IllegalStateException("%d bytes of extended attributes".formatted(size));
        }
        if (sizeMax == 0) {
            reply.number(size);
            return false;
        }
        if (Integer.compareUnsigned(size, sizeMax) > 0) {
            throw FuseException.of(Errno.ERANGE);
        }
        return true;
    }

    private Runnable onFile(FileRequest request, Reply reply) throws FuseException, InterruptedException {
        switch (request) {
            case FileRequest.Read r -> {
                MemorySegment buffer = reply.buffer(r.sizeBytes());
                MemorySegment data = fileSystem.read(r, buffer);
                if (data.byteSize() > r.sizeBytes() || !data.isNative()) {
                    throw new IllegalStateException("not native memory of at most %d bytes".formatted(r.sizeBytes()));
                }
                reply.data(data);
            }
            case FileRequest.Readdir r -> {
                MemorySegment buffer = reply.buffer(r.sizeBytes());
                var listing = new DirectoryBuffer(buffer, r.header().code() == Opcode.READDIRPLUS.code());
                fileSystem.readdir(r, listing);
                reply.data(buffer.asSlice(0, listing.length()));
                return () -> listing.forgetAll(fileSystem);
            }
            case FileRequest.Write r -> reply.number(fileSystem.write(r));
            case FileRequest.Lseek r -> reply.number(fileSystem.lseek(r));
            case FileRequest.CopyFileRange r -> reply.number(fileSystem.copyFileRange(r));
            case FileRequest.Flush r -> {
                fileSystem.flush(r);
                reply.empty();
            }
            case FileRequest.Release r -> {
                fileSystem.release(r);
                reply.empty();
            }
            case FileRequest.Releasedir r -> {
                fileSystem.releasedir(r);
                reply.empty();
            }
            case FileRequest.Fsync r -> {
                fileSystem.fsync(r);
                reply.empty();
            }
            case FileRequest.Fsyncdir r -> {
                fileSystem.fsyncdir(r);
                reply.empty();
            }
            case FileRequest.Fallocate r -> {
                fileSystem.fallocate(r);
                reply.empty();
            }
        }
        return Dispatcher::nothing;
    }

    private Runnable onControl(ControlRequest request, Reply reply) throws FuseException, InterruptedException {
        switch (request) {
            case ControlRequest.Syncfs _ -> {
                fileSystem.syncfs();
                reply.empty();
            }
            case ControlRequest.Destroy _ -> reply.empty();
            // INIT was answered before anything else is; FORGET and INTERRUPT have no answer of this kind.
            case ControlRequest.Init _, ControlRequest.Forget _, ControlRequest.Interrupt _ ->
                reply.error(Errno.EPROTO);
            case ControlRequest.Unsupported _ -> reply.error(Errno.ENOSYS);
        }
        return Dispatcher::nothing;
    }
}
