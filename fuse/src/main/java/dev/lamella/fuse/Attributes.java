package dev.lamella.fuse;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What stat(2) says of a file, {@code struct fuse_attr}. Begin with a factory method and change what differs.
 *
 * @param inode number shown to users; need not be the node id
 * @param sizeBytes length
 * @param blocks space taken, in units of 512 bytes
 * @param atime time of the last reading
 * @param mtime time of the last writing
 * @param ctime time of the last change of attributes
 * @param mode type and permissions, as in {@code st_mode}
 * @param links number of names
 * @param uid owner
 * @param gid group
 * @param rdev number of a device file, as the kernel writes it
 * @param blockSizeBytes a good size for reading and writing
 */
public record Attributes(
        long inode,
        long sizeBytes,
        long blocks,
        Timestamp atime,
        Timestamp mtime,
        Timestamp ctime,
        int mode,
        int links,
        int uid,
        int gid,
        int rdev,
        int blockSizeBytes) {

    /** Type of a file in {@code mode}: the mask. */
    public static final int TYPE_MASK = 0170000;
    /** Type of a directory. */
    public static final int DIRECTORY = 0040000;
    /** Type of a regular file. */
    public static final int REGULAR = 0100000;
    /** Type of a symbolic link. */
    public static final int SYMLINK = 0120000;

    static final int BYTES = 88;
    private static final int BLOCK_BYTES = 512;
    private static final int BLOCK_SIZE_BYTES = 4096;

    /** Returns the attributes of root's directory of 1970. */
    public static Attributes directory(long inode, int permissions) {
        return of(inode, DIRECTORY | permissions, 2, 0);
    }

    /** Returns the attributes of root's regular file of 1970. */
    public static Attributes file(long inode, int permissions, long sizeBytes) {
        return of(inode, REGULAR | permissions, 1, sizeBytes);
    }

    /** Returns the attributes of root's symbolic link of 1970, given how long what it says is. */
    public static Attributes symlink(long inode, long lengthBytes) {
        return of(inode, SYMLINK | 0777, 1, lengthBytes);
    }

    private static Attributes of(long inode, int mode, int links, long size) {
        long blocks = (size + BLOCK_BYTES - 1) / BLOCK_BYTES;
        Timestamp epoch = Timestamp.EPOCH;
        return new Attributes(inode, size, blocks, epoch, epoch, epoch, mode, links, 0, 0, 0, BLOCK_SIZE_BYTES);
    }

    /** Returns the same with another owner. */
    public Attributes withOwner(int newUid, int newGid) {
        return new Attributes(
                inode, sizeBytes, blocks, atime, mtime, ctime, mode, links, newUid, newGid, rdev, blockSizeBytes);
    }

    /** Returns the same with all three times set to one. */
    public Attributes withTimes(Timestamp time) {
        return new Attributes(inode, sizeBytes, blocks, time, time, time, mode, links, uid, gid, rdev, blockSizeBytes);
    }

    /** Returns the same with another number of names. */
    public Attributes withLinks(int newLinks) {
        return new Attributes(
                inode, sizeBytes, blocks, atime, mtime, ctime, mode, newLinks, uid, gid, rdev, blockSizeBytes);
    }

    void write(MemorySegment to, long at) {
        to.set(JAVA_LONG_UNALIGNED, at, inode);
        to.set(JAVA_LONG_UNALIGNED, at + 8, sizeBytes);
        to.set(JAVA_LONG_UNALIGNED, at + 16, blocks);
        to.set(JAVA_LONG_UNALIGNED, at + 24, atime.seconds());
        to.set(JAVA_LONG_UNALIGNED, at + 32, mtime.seconds());
        to.set(JAVA_LONG_UNALIGNED, at + 40, ctime.seconds());
        to.set(JAVA_INT_UNALIGNED, at + 48, atime.nanos());
        to.set(JAVA_INT_UNALIGNED, at + 52, mtime.nanos());
        to.set(JAVA_INT_UNALIGNED, at + 56, ctime.nanos());
        to.set(JAVA_INT_UNALIGNED, at + 60, mode);
        to.set(JAVA_INT_UNALIGNED, at + 64, links);
        to.set(JAVA_INT_UNALIGNED, at + 68, uid);
        to.set(JAVA_INT_UNALIGNED, at + 72, gid);
        to.set(JAVA_INT_UNALIGNED, at + 76, rdev);
        to.set(JAVA_INT_UNALIGNED, at + 80, blockSizeBytes);
        to.set(JAVA_INT_UNALIGNED, at + 84, 0); // flags: neither a submount nor DAX
    }
}
