package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What a name stands for, {@code struct fuse_entry_out}.
 *
 * <p>Each answer with an entry counts as one lookup of its node, until {@link FileSystem#forget}. A file system that
 * names its nodes by something lasting need not count.
 *
 * @param nodeId the file system's own number of the file, at least 1, as {@link FileSystem#ROOT_ID} is; 0: there is no
 *     such name
 * @param generation tells apart files that had the same node id one after the other; else 0
 * @param attributes of the file
 * @param entryValidNanos for how many nanoseconds the name need not be looked up again
 * @param attributesValidNanos for how many nanoseconds the attributes need not be asked for again
 */
public record Entry(
        long nodeId, long generation, Attributes attributes, long entryValidNanos, long attributesValidNanos) {

    static final int BYTES = 40 + Attributes.BYTES;
    static final long SECOND_NANOS = 1_000_000_000;

    private static final Attributes NOTHING =
            new Attributes(0, 0, 0, Timestamp.EPOCH, Timestamp.EPOCH, Timestamp.EPOCH, 0, 0, 0, 0, 0, 0);

    /** Returns an entry whose name and attributes are valid for the same time. */
    public static Entry of(long nodeId, Attributes attributes, long validNanos) {
        return new Entry(nodeId, 0, attributes, validNanos, validNanos);
    }

    /** Returns that there is no such name, to be remembered by the kernel. */
    public static Entry absent(long validNanos) {
        return new Entry(0, 0, NOTHING, validNanos, 0);
    }

    /** Returns the attributes with the time they are valid for. */
    public CachedAttributes cachedAttributes() {
        return new CachedAttributes(attributes, attributesValidNanos);
    }

    void write(MemorySegment to, long at) {
        to.set(JAVA_LONG_UNALIGNED, at, nodeId);
        to.set(JAVA_LONG_UNALIGNED, at + 8, generation);
        to.set(JAVA_LONG_UNALIGNED, at + 16, Math.max(0, entryValidNanos) / SECOND_NANOS);
        to.set(JAVA_LONG_UNALIGNED, at + 24, Math.max(0, attributesValidNanos) / SECOND_NANOS);
        to.set(JAVA_INT_UNALIGNED, at + 32, (int) (Math.max(0, entryValidNanos) % SECOND_NANOS));
        to.set(JAVA_INT_UNALIGNED, at + 36, (int) (Math.max(0, attributesValidNanos) % SECOND_NANOS));
        attributes.write(to, at + 40);
    }
}
