package dev.lamella.erofs;

import dev.lamella.filetree.Timestamp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The superblock, 128 bytes at offset 1024.
 *
 * @param checksum of the superblock's block, counted only with {@link #CHECKSUM}
 * @param compatible features a reader may ignore
 * @param blockBits logarithm of the block size
 * @param rootNid the root's inode number, 16 bits
 * @param inodes number of inodes
 * @param buildTime the time of compact inodes
 * @param blocks size of the image in blocks
 * @param metaBlock the block from which inode numbers count
 * @param xattrBlock the block from which shared attributes count
 * @param incompatible features a reader must know
 * @param devices number of further devices
 * @param deviceSlot where the device table begins, in units of 128 bytes
 * @param xattrPrefixes number of long attribute name prefixes
 * @param xattrPrefixStart where they begin, in units of 4 bytes
 * @param packedNid inode number of a file that has these prefixes in it and is in no directory, or 0
 */
record Superblock(
        int checksum,
        int compatible,
        int blockBits,
        int rootNid,
        long inodes,
        Timestamp buildTime,
        long blocks,
        long metaBlock,
        long xattrBlock,
        int incompatible,
        int devices,
        int deviceSlot,
        int xattrPrefixes,
        long xattrPrefixStart,
        long packedNid) {

    static final int OFFSET = 1024;
    static final int BYTES = 128;
    static final int MAGIC = 0xe0f5e1e2;

    /** Compatible feature: the superblock has a checksum. */
    static final int CHECKSUM = 0x1;
    /** Compatible feature: times are modification times. */
    static final int MTIME = 0x2;
    /** Compatible feature: attribute areas have a filter of names. */
    static final int XATTR_FILTER = 0x4;

    /** Incompatible feature: chunk-based files. */
    static final int CHUNKED_FILE = 0x4;
    /** Incompatible feature: a device table. */
    static final int DEVICE_TABLE = 0x8;
    /** Incompatible feature: the packed inode. */
    static final int PACKED_INODE = 0x20;
    /** Incompatible feature: long attribute name prefixes. */
    static final int XATTR_PREFIXES = 0x40;

    /** Where in the superblock its checksum is. */
    static final int CHECKSUM_AT = 4;

    /** Writes the 128 bytes, without volume name and UUID, which stay zero so that equal trees give equal images. */
    void encode(ByteBuffer target) {
        ByteBuffer out = target.slice(target.position(), BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0, MAGIC);
        out.putInt(CHECKSUM_AT, checksum);
        out.putInt(8, compatible);
        out.put(12, (byte) blockBits);
        out.putShort(14, (short) rootNid);
        out.putLong(16, inodes);
        out.putLong(24, buildTime.seconds());
        out.putInt(32, buildTime.nanos());
        out.putInt(36, (int) blocks);
        out.putInt(40, (int) metaBlock);
        out.putInt(44, (int) xattrBlock);
        out.putInt(80, incompatible);
        out.putShort(86, (short) devices);
        out.putShort(88, (short) deviceSlot);
        out.put(91, (byte) xattrPrefixes);
        out.putInt(92, (int) xattrPrefixStart);
        out.putLong(96, packedNid);
        target.position(target.position() + BYTES);
    }

    boolean hasPackedInode() {
        return (incompatible & PACKED_INODE) != 0 && packedNid != 0;
    }

    /** Returns the same with another root, more inodes, and another size; the checksum is left to be computed. */
    Superblock withRoot(int newRootNid, int addedInodes, long newBlocks) {
        return new Superblock(
                0,
                compatible,
                blockBits,
                newRootNid,
                inodes + addedInodes,
                buildTime,
                newBlocks,
                metaBlock,
                xattrBlock,
                incompatible,
                devices,
                deviceSlot,
                xattrPrefixes,
                xattrPrefixStart,
                packedNid);
    }

    /** Returns the checksum of the block that begins with the superblock, as if its checksum were zero. */
    static int checksumOf(byte[] block) {
        byte[] copy = block.clone();
        ByteBuffer.wrap(copy).putInt(CHECKSUM_AT, 0);
        var crc = new CRC32C();
        crc.update(copy);
        // The kernel leaves out the inversion at the end.
        return ~(int) crc.getValue();
    }
}
