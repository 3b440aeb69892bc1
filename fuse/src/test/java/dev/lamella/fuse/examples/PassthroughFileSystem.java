package dev.lamella.fuse.examples;

import static dev.lamella.fuse.examples.HostNodes.AT_FDCWD;
import static dev.lamella.fuse.examples.HostNodes.checked;
import static dev.lamella.fuse.examples.HostNodes.string;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lamella.fuse.CachedAttributes;
import dev.lamella.fuse.Created;
import dev.lamella.fuse.DirectoryBuffer;
import dev.lamella.fuse.Entry;
import dev.lamella.fuse.EntryRequest;
import dev.lamella.fuse.FileRequest;
import dev.lamella.fuse.FileSystem;
import dev.lamella.fuse.FileSystemStatus;
import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.Name;
import dev.lamella.fuse.NodeRequest;
import dev.lamella.fuse.Opened;
import dev.lamella.fuse.Request;
import dev.lamella.fuse.Session;
import dev.lamella.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows a directory of the host as it is. For root; permissions are the kernel's business
 * ({@code default_permissions}). A handle is a descriptor of the host.
 */
public class PassthroughFileSystem implements FileSystem {

    /** How the content of files gets to who reads it. */
    public enum Content {
        /** Through the kernel's page cache. */
        CACHED,
        /** From this program, every time. */
        DIRECT,
        /** From the host's file, without this program. */
        PASSTHROUGH
    }

    private static final int O_CREAT = 0100;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_NOFOLLOW = 0400000;
    private static final int O_DIRECT = 040000;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int S_ISGID = 02000;
    private static final int FUSE_WRITE_KILL_SUIDGID = 4;
    private static final int STATFS_BYTES = 120;

    private final Content content;
    private final long validNanos;
    private final HostNodes nodes;
    private final Set<Long> files = ConcurrentHashMap.newKeySet();
    private final HostBacking backing = new HostBacking();
    private final ConcurrentMap<Long, HostListing> listings = new ConcurrentHashMap<>();
    private volatile @Nullable Session session;

    /**
     * Makes the file system.
     *
     * @param root the directory to show
     * @param validNanos for how long the kernel may believe names and attributes
     */
    public PassthroughFileSystem(Path root, Content content, long validNanos) throws FuseException {
        this.content = content;
        this.validNanos = validNanos;
        this.nodes = new HostNodes(root, validNanos);
        HostCalls.umask(0); // The kernel has applied that of who asks.
    }

    /** Returns how many files the kernel knows, without the root. */
    public int nodes() {
        return nodes.size();
    }

    @Override
    public void begin(Session begun) {
        session = begun;
    }

    @Override
    public void end() {
        // What is still open was cut off: there will be no release.
        listings.values().forEach(HostListing::close);
        files.forEach(file -> HostCalls.close(file.intValue()));
        nodes.close();
    }

    /** The disk of the host is not expected to keep anybody waiting for long. */
    @Override
    public boolean mayBlock(Request request) {
        return false;
    }

    @Override
    public Entry lookup(EntryRequest.Lookup request) throws FuseException {
        return nodes.enter(request.nodeId(), request.name());
    }

    @Override
    public void forget(long nodeId, long lookups) {
        nodes.forget(nodeId, lookups);
    }

    @Override
    public CachedAttributes getattr(NodeRequest.Getattr request) throws FuseException {
        return new CachedAttributes(nodes.attributes(request.nodeId()), validNanos);
    }

    @Override
    public CachedAttributes setattr(NodeRequest.Setattr request) throws FuseException {
        HostChanges.apply(nodes.file(request.nodeId()), request);
        return new CachedAttributes(nodes.attributes(request.nodeId()), validNanos);
    }

    @Override
    public Name readlink(NodeRequest.Readlink request) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(Name.BYTES_MAX);
            int file = nodes.file(request.nodeId());
            long length = checked(HostCalls.readlinkat(file, arena.allocate(1), target));
            return Name.of(target.asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    /** Makes something in a directory. */
    @FunctionalInterface
    private interface Maker {
        long make(int directory, MemorySegment name, Arena arena) throws FuseException;
    }

    private Entry make(EntryRequest request, Maker maker) throws FuseException {
        int directory = nodes.file(request.nodeId());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = string(arena, request.name());
            checked(maker.make(directory, name, arena));
            giveTo(request, directory, name);
        }
        return nodes.enter(request.nodeId(), request.name());
    }

    /** What this program makes is root's: it has to become that of who asked. */
    private void giveTo(EntryRequest request, int directory, MemorySegment name) throws FuseException {
        int uid = request.header().uid();
        int gid = request.header().gid();
        if (uid != 0 || gid != 0) {
            boolean inherits = (nodes.attributes(request.nodeId()).mode() & S_ISGID) != 0;
            checked(HostCalls.fchownat(directory, name, uid, inherits ? -1 : gid, 0x100));
        }
    }

    @Override
    public Entry mknod(EntryRequest.Mknod request) throws FuseException {
        long rdev = request.rdev() & 0xffffffffL; // for numbers below 256 the library writes it as the kernel does
        return make(request, (directory, name, _) -> HostCalls.mknodat(directory, name, request.mode(), rdev));
    }

    @Override
    public Entry mkdir(EntryRequest.Mkdir request) throws FuseException {
        return make(request, (directory, name, _) -> HostCalls.mkdirat(directory, name, request.mode()));
    }

    @Override
    public Entry symlink(EntryRequest.Symlink request) throws FuseException {
        return make(
                request,
                (directory, name, arena) -> HostCalls.symlinkat(string(arena, request.target()), directory, name));
    }

    @Override
    public Entry link(EntryRequest.Link request) throws FuseException {
        int directory = nodes.file(request.nodeId());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = nodes.path(arena, request.oldNodeId());
            checked(HostCalls.linkat(AT_FDCWD, path, directory, string(arena, request.name()), AT_SYMLINK_FOLLOW));
        }
        return nodes.enter(request.nodeId(), request.name());
    }

    @Override
    public void unlink(EntryRequest.Unlink request) throws FuseException {
        unlink(request, 0);
    }

    @Override
    public void rmdir(EntryRequest.Rmdir request) throws FuseException {
        unlink(request, AT_REMOVEDIR);
    }

    private void unlink(EntryRequest request, int flags) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            checked(HostCalls.unlinkat(nodes.file(request.nodeId()), string(arena, request.name()), flags));
        }
    }

    @Override
    public void rename(EntryRequest.Rename request) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            checked(HostCalls.renameat2(
                    nodes.file(request.nodeId()),
                    string(arena, request.name()),
                    nodes.file(request.newParent()),
                    string(arena, request.newName()),
                    request.flags()));
        }
    }

    @Override
    public Created create(EntryRequest.Create request) throws FuseException {
        int directory = nodes.file(request.nodeId());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = string(arena, request.name());
            int flags = (request.flags() & ~O_DIRECT) | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
            long file = checked(HostCalls.openat(directory, name, flags, request.mode()));
            try {
                giveTo(request, directory, name);
                Entry entry = nodes.enter(request.nodeId(), request.name());
                Opened opened = opened(entry.nodeId(), file);
                file = -1;
                return new Created(entry, opened);
            } finally {
                if (file >= 0) {
                    HostCalls.close((int) file);
                }
            }
        }
    }

    @Override
    public Opened open(NodeRequest.Open request) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            int flags = (request.flags() & ~(O_NOFOLLOW | O_DIRECT)) | O_CLOEXEC;
            MemorySegment path = nodes.path(arena, request.nodeId());
            return opened(request.nodeId(), checked(HostCalls.openat(AT_FDCWD, path, flags, 0)));
        }
    }

    private Opened opened(long nodeId, long file) throws FuseException {
        files.add(file);
        Opened opened = Opened.of(file);
        Session serving = session;
        return switch (content) {
            case CACHED -> opened.with(Opened.Flag.KEEP_CACHE);
            case DIRECT -> opened.with(Opened.Flag.DIRECT_IO);
            case PASSTHROUGH -> {
                if (serving == null) {
                    throw FuseException.of(Errno.EIO);
                }
                yield backing.share(serving, nodeId, opened);
            }
        };
    }

    @Override
    public MemorySegment read(FileRequest.Read request, MemorySegment buffer) throws FuseException {
        long count = checked(HostCalls.pread((int) request.handle(), buffer, request.offset()));
        return buffer.asSlice(0, count);
    }

    @Override
    public int write(FileRequest.Write request) throws FuseException {
        int count = (int) checked(HostCalls.pwrite((int) request.handle(), request.data(), request.offset()));
        if ((request.writeFlags() & FUSE_WRITE_KILL_SUIDGID) != 0) {
            HostChanges.takeSetIdsAway(nodes.file(request.nodeId()));
        }
        return count;
    }

    @Override
    public void release(FileRequest.Release request) {
        files.remove(request.handle());
        backing.release(request.nodeId());
        HostCalls.close((int) request.handle());
    }

    @Override
    public void fsync(FileRequest.Fsync request) throws FuseException {
        checked(HostCalls.fsync((int) request.handle(), (request.fsyncFlags() & 1) != 0));
    }

    @Override
    public void fallocate(FileRequest.Fallocate request) throws FuseException {
        checked(HostCalls.fallocate((int) request.handle(), request.mode(), request.offset(), request.lengthBytes()));
    }

    @Override
    public long lseek(FileRequest.Lseek request) throws FuseException {
        return checked(HostCalls.lseek((int) request.handle(), request.offset(), request.whence()));
    }

    @Override
    public long copyFileRange(FileRequest.CopyFileRange request) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            return checked(HostCalls.copyFileRange(
                    (int) request.handle(),
                    arena.allocateFrom(JAVA_LONG, request.offset()),
                    (int) request.toHandle(),
                    arena.allocateFrom(JAVA_LONG, request.toOffset()),
                    request.lengthBytes()));
        }
    }

    @Override
    public Opened opendir(NodeRequest.Opendir request) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            long file = checked(HostCalls.openat(AT_FDCWD, nodes.path(arena, request.nodeId()), O_CLOEXEC, 0));
            listings.put(file, new HostListing((int) file));
            return Opened.of(file);
        }
    }

    private HostListing listing(long handle) throws FuseException {
        HostListing listing = listings.get(handle);
        if (listing == null) {
            throw FuseException.of(Errno.EBADF);
        }
        return listing;
    }

    @Override
    public void readdir(FileRequest.Readdir request, DirectoryBuffer buffer) throws FuseException {
        listing(request.handle()).list(request, buffer, nodes);
    }

    @Override
    public void releasedir(FileRequest.Releasedir request) throws FuseException {
        HostListing listing = listing(request.handle());
        listings.remove(request.handle());
        listing.close();
    }

    @Override
    public void fsyncdir(FileRequest.Fsyncdir request) throws FuseException {
        checked(HostCalls.fsync(listing(request.handle()).directory(), (request.fsyncFlags() & 1) != 0));
    }

    @Override
    public FileSystemStatus statfs(NodeRequest.Statfs request) throws FuseException {
        try (Arena arena = Arena.ofConfined()) {
            // struct statfs: type, bsize, blocks, bfree, bavail, files, ffree, fsid, namelen, frsize
            MemorySegment s = arena.allocate(STATFS_BYTES, 8);
            checked(HostCalls.statfs(nodes.file(request.nodeId()), s));
            return new FileSystemStatus(
                    s.get(JAVA_LONG, 16),
                    s.get(JAVA_LONG, 24),
                    s.get(JAVA_LONG, 32),
                    s.get(JAVA_LONG, 40),
                    s.get(JAVA_LONG, 48),
                    (int) s.get(JAVA_LONG, 8),
                    (int) s.get(JAVA_LONG, 64),
                    (int) s.get(JAVA_LONG, 72));
        }
    }

    @Override
    public void syncfs() throws FuseException {
        checked(HostCalls.syncfs(nodes.file(ROOT_ID)));
    }

    @Override
    public void setxattr(NodeRequest.Setxattr request) throws FuseException {
        HostXattrs.set(nodes.file(request.nodeId()), request.name(), request.value(), request.flags());
    }

    @Override
    public byte[] getxattr(NodeRequest.Getxattr request) throws FuseException {
        return HostXattrs.value(nodes.file(request.nodeId()), request.name());
    }

    @Override
    public List<Name> listxattr(NodeRequest.Listxattr request) throws FuseException {
        return HostXattrs.names(nodes.file(request.nodeId()));
    }

    @Override
    public void removexattr(NodeRequest.Removexattr request) throws FuseException {
        HostXattrs.remove(nodes.file(request.nodeId()), request.name());
    }
}
