package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What statx(2) says of a file, {@code struct fuse_statx_out}.
 *
 * @param basic what stat(2) says, too
 * @param validNanos for how many nanoseconds they need not be asked for again
 * @param birth when the file was made
 * @param flags {@code STATX_ATTR_...} that are set
 * @param flagsKnown {@code STATX_ATTR_...} that the file system knows
 */
public record StatxAttributes(Attributes basic, long validNanos, Timestamp birth, long flags, long flagsKnown) {

    static final int BYTES = 32 + 256;
    private static final int STATX_BASIC_STATS_AND_BTIME = 0xfff;

    void write(MemorySegment to, long at) {
        to.asSlice(at, BYTES).fill((byte) 0);
        to.set(JAVA_LONG_UNALIGNED, at, Math.max(0, validNanos) / Entry.SECOND_NANOS);
        to.set(JAVA_INT_UNALIGNED, at + 8, (int) (Math.max(0, validNanos) % Entry.SECOND_NANOS));
        long s = at + 32; // behind flags u32 and spare 2 * u64 comes struct fuse_statx
        to.set(JAVA_INT_UNALIGNED, s, STATX_BASIC_STATS_AND_BTIME);
        to.set(JAVA_INT_UNALIGNED, s + 4, basic.blockSizeBytes());
        to.set(JAVA_LONG_UNALIGNED, s + 8, flags);
        to.set(JAVA_INT_UNALIGNED, s + 16, basic.links());
        to.set(JAVA_INT_UNALIGNED, s + 20, basic.uid());
        to.set(JAVA_INT_UNALIGNED, s + 24, basic.gid());
        to.set(JAVA_SHORT_UNALIGNED, s + 28, (short) basic.mode());
        to.set(JAVA_LONG_UNALIGNED, s + 32, basic.inode());
        to.set(JAVA_LONG_UNALIGNED, s + 40, basic.sizeBytes());
        to.set(JAVA_LONG_UNALIGNED, s + 48, basic.blocks());
        to.set(JAVA_LONG_UNALIGNED, s + 56, flagsKnown);
        time(to, s + 64, basic.atime());
        time(to, s + 80, birth);
        time(to, s + 96, basic.ctime());
        time(to, s + 112, basic.mtime());
        // In rdev as the kernel writes it: minor 0-7, major 8-19, minor 20-31.
        to.set(JAVA_INT_UNALIGNED, s + 128, (basic.rdev() >>> 8) & 0xfff);
        to.set(JAVA_INT_UNALIGNED, s + 132, (basic.rdev() & 0xff) | ((basic.rdev() >>> 12) & 0xfff00));
    }

    private static void time(MemorySegment to, long at, Timestamp time) {
        to.set(JAVA_LONG_UNALIGNED, at, time.seconds());
        to.set(JAVA_INT_UNALIGNED, at + 8, time.nanos());
    }
}
