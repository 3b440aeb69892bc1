package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * An opened file or directory, {@code struct fuse_open_out}.
 *
 * @param handle the file system's own number, which comes back with every request; one without state says 0
 * @param flags bits of {@link Flag}
 * @param backingId of a {@link BackingFile}, with {@link Flag#PASSTHROUGH}
 */
public record Opened(long handle, int flags, int backingId) {

    static final int BYTES = 16;

    /** How the kernel is to treat the file, {@code FOPEN_...}. */
    public enum Flag {
        /** No page cache: every read and write comes to the file system. */
        DIRECT_IO(0),
        /** What the page cache has of the file is still right. */
        KEEP_CACHE(1),
        /** The file cannot be positioned. */
        NONSEEKABLE(2),
        /** The kernel may keep the list of names, of a directory. */
        CACHE_DIR(3),
        /** The file has no position. */
        STREAM(4),
        /** No FLUSH at closing. */
        NOFLUSH(5),
        /** With DIRECT_IO: several writes at a time. */
        PARALLEL_DIRECT_WRITES(6),
        /** The kernel reads and writes the backing file by itself. */
        PASSTHROUGH(7);

        private final int bit;

        Flag(int number) {
            this.bit = 1 << number;
        }
    }

    /** Returns a file opened with this handle and no flags. */
    public static Opened of(long handle) {
        return new Opened(handle, 0, 0);
    }

    /** Returns the same with a further flag; for the last of them there is {@link #passthrough}. */
    public Opened with(Flag flag) {
        return new Opened(handle, flags | flag.bit, backingId);
    }

    /**
     * Returns the same, read and written by the kernel itself from now on. The file system still sees when it is opened
     * and released. All openings of a file at a time must name the same backing file: else the kernel answers EIO.
     */
    public Opened passthrough(BackingFile file) {
        return new Opened(handle, flags | Flag.PASSTHROUGH.bit, file.id());
    }

    void write(MemorySegment to, long at) {
        to.set(JAVA_LONG_UNALIGNED, at, handle);
        to.set(JAVA_INT_UNALIGNED, at + 8, flags);
        to.set(JAVA_INT_UNALIGNED, at + 12, backingId);
    }
}
