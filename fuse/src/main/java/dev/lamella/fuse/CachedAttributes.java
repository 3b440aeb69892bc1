package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Attributes and how long the kernel may believe in them, {@code struct fuse_attr_out}.
 *
 * @param attributes what they are now
 * @param validNanos for how many nanoseconds they need not be asked for again
 */
public record CachedAttributes(Attributes attributes, long validNanos) {

    static final int BYTES = 16 + Attributes.BYTES;

    void write(MemorySegment to, long at) {
        to.set(JAVA_LONG_UNALIGNED, at, Math.max(0, validNanos) / Entry.SECOND_NANOS);
        to.set(JAVA_INT_UNALIGNED, at + 8, (int) (Math.max(0, validNanos) % Entry.SECOND_NANOS));
        to.set(JAVA_INT_UNALIGNED, at + 12, 0);
        attributes.write(to, at + 16);
    }
}
