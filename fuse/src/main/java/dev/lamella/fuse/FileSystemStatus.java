package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What statfs(2) says, {@code struct fuse_kstatfs}.
 *
 * @param blocks size of the file system in fragments
 * @param blocksFree free ones
 * @param blocksAvailable free ones for users other than root
 * @param files number of inodes
 * @param filesFree free ones
 * @param blockSizeBytes a good size for reading and writing
 * @param nameBytesMax the longest name
 * @param fragmentSizeBytes size of a fragment
 */
public record FileSystemStatus(
        long blocks,
        long blocksFree,
        long blocksAvailable,
        long files,
        long filesFree,
        int blockSizeBytes,
        int nameBytesMax,
        int fragmentSizeBytes) {

    static final int BYTES = 80;

    /** Of a file system that does not count: nothing in it, nothing free. */
    public static final FileSystemStatus EMPTY = new FileSystemStatus(0, 0, 0, 0, 0, 4096, 255, 4096);

    void write(MemorySegment to, long at) {
        to.asSlice(at, BYTES).fill((byte) 0); // padding u32, spare 6 * u32
        to.set(JAVA_LONG_UNALIGNED, at, blocks);
        to.set(JAVA_LONG_UNALIGNED, at + 8, blocksFree);
        to.set(JAVA_LONG_UNALIGNED, at + 16, blocksAvailable);
        to.set(JAVA_LONG_UNALIGNED, at + 24, files);
        to.set(JAVA_LONG_UNALIGNED, at + 32, filesFree);
        to.set(JAVA_INT_UNALIGNED, at + 40, blockSizeBytes);
        to.set(JAVA_INT_UNALIGNED, at + 44, nameBytesMax);
        to.set(JAVA_INT_UNALIGNED, at + 48, fragmentSizeBytes);
    }
}
