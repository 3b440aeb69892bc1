package dev.lamella.fuse.examples;

import static dev.lamella.fuse.examples.HostNodes.checked;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.lamella.fuse.DirectoryBuffer;
import dev.lamella.fuse.Entry;
import dev.lamella.fuse.FileRequest;
import dev.lamella.fuse.FuseException;
import dev.lamella.fuse.Name;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** An open directory of the host: the offsets given to the kernel are those of the host's own file system. */
final class HostListing {

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int SEEK_SET = 0;

    private final int directory;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    /** The offset of the next entry in the buffer, or of the descriptor if there is none. */
    private long offset;

    private long at;
    private long end;

    HostListing(int directory) {
        this.directory = directory;
    }

    int directory() {
        return directory;
    }

    synchronized void list(FileRequest.Readdir request, DirectoryBuffer target, HostNodes nodes) throws FuseException {
        if (request.offset() != offset) {
            checked(HostCalls.lseek(directory, request.offset(), SEEK_SET));
            offset = request.offset();
            at = end = 0;
        }
        while (true) {
            if (at == end) {
                end = checked(HostCalls.getdents64(directory, buffer));
                at = 0;
                if (end == 0) {
                    return;
                }
            }
            if (!add(request.nodeId(), target, nodes)) {
                return;
            }
        }
    }

    /**
     * Adds the entry the buffer is at, {@code struct linux_dirent64}: d_ino u64, d_off u64, d_reclen u16, d_type u8,
     * d_name.
     */
    private boolean add(long parent, DirectoryBuffer target, HostNodes nodes) throws FuseException {
        int length = 0;
        while (buffer.get(JAVA_BYTE, at + 19 + length) != 0) {
            length++;
        }
        Name name = Name.of(buffer.asSlice(at + 19, length).toArray(JAVA_BYTE));
        long next = buffer.get(JAVA_LONG_UNALIGNED, at + 8);
        boolean dots =
                length <= 2 && buffer.get(JAVA_BYTE, at + 19) == '.' && buffer.get(JAVA_BYTE, at + 18 + length) == '.';
        Entry entry = target.wantsEntries() && !dots ? enter(nodes, parent, name) : null;
        boolean added = entry != null
                ? target.add(name, next, entry)
                : target.add(name, next, buffer.get(JAVA_LONG_UNALIGNED, at), buffer.get(JAVA_BYTE, at + 18) << 12);
        if (added) {
            at += Short.toUnsignedInt(buffer.get(JAVA_SHORT_UNALIGNED, at + 16));
            offset = next;
        } else if (entry != null) {
            nodes.forget(entry.nodeId(), 1);
        }
        return added;
    }

    /** A name may be gone by now; then it is listed without attributes. */
    private static @Nullable Entry enter(HostNodes nodes, long parent, Name name) {
        try {
            return nodes.enter(parent, name);
        } catch (FuseException _) {
            return null;
        }
    }

    synchronized void close() {
        HostCalls.close(directory);
        arena.close();
    }
}
