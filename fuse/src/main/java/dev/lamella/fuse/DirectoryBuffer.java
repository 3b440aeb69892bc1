package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing goes, up to the size the kernel asked for: {@code struct fuse_dirent}, or
 * {@code struct fuse_direntplus} if it wants attributes, too. Used by the handler's thread only.
 *
 * <p>An offset names the place behind an entry: the kernel gives it back to go on there, at any later time. It can be
 * any number but 0.
 */
public final class DirectoryBuffer {

    private static final int DIRENT_BYTES = 24;

    private final MemorySegment target;
    private final boolean plus;
    private long length;

    DirectoryBuffer(MemorySegment target, boolean plus) {
        this.target = target;
        this.plus = plus;
    }

    /** Returns whether the kernel wants attributes, which {@link #add(Name, long, Entry)} gives it. */
    public boolean wantsEntries() {
        return plus;
    }

    /**
     * Adds a name without attributes.
     *
     * @param name the name, or {@code .} or {@code ..}, which a listing need not have
     * @param nextOffset where to go on behind this entry
     * @param inode number shown to users
     * @param mode type, as in {@code st_mode}
     * @return false if it does not fit, and the listing is to end here
     */
    public boolean add(Name name, long nextOffset, long inode, int mode) {
        return add(name, nextOffset, inode, mode, null);
    }

    /**
     * Adds a name with attributes if they are wanted, else without. If they are, and only then, it counts as a lookup
     * of the node.
     *
     * @param name the name, not {@code .} or {@code ..}
     * @param nextOffset where to go on behind this entry
     * @param entry what it stands for
     * @return false if it does not fit, and the listing is to end here
     */
    public boolean add(Name name, long nextOffset, Entry entry) {
        return add(
                name, nextOffset, entry.attributes().inode(), entry.attributes().mode(), entry);
    }

    private boolean add(Name name, long nextOffset, long inode, int mode, @Nullable Entry entry) {
        long at = length;
        int head = plus ? Entry.BYTES : 0;
        long end = at + align(head + DIRENT_BYTES + name.length());
        if (end > target.byteSize()) {
            return false;
        }
        if (plus && entry != null) {
            entry.write(target, at);
        } else if (plus) {
            target.asSlice(at, head).fill((byte) 0);
        }
        at += head;
        target.set(JAVA_LONG_UNALIGNED, at, inode);
        target.set(JAVA_LONG_UNALIGNED, at + 8, nextOffset);
        target.set(JAVA_INT_UNALIGNED, at + 16, name.length());
        target.set(JAVA_INT_UNALIGNED, at + 20, (mode & Attributes.TYPE_MASK) >> 12); // DT_...
        MemorySegment.copy(name.raw(), 0, target, JAVA_BYTE, at + DIRENT_BYTES, name.length());
        for (at += DIRENT_BYTES + name.length(); at < end; at++) {
            target.set(JAVA_BYTE, at, (byte) 0);
        }
        length = end;
        return true;
    }

    private static long align(long size) {
        return (size + 7) & -8;
    }

    long length() {
        return length;
    }

    /** Takes back the lookups of an answer that nobody got. */
    void forgetAll(FileSystem fileSystem) {
        if (!plus) {
            return;
        }
        for (long at = 0; at < length; ) {
            long nodeId = target.get(JAVA_LONG_UNALIGNED, at);
            if (nodeId != 0) {
                fileSystem.forget(nodeId, 1);
            }
            int nameLength = target.get(JAVA_INT_UNALIGNED, at + Entry.BYTES + 16);
            at += align(Entry.BYTES + DIRENT_BYTES + nameLength);
        }
    }
}
