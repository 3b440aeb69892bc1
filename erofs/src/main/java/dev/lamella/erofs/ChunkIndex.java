package dev.lamella.erofs;

/** The form of chunk-based files: which bits say what, in the inode and in the 8-byte index of a chunk. */
final class ChunkIndex {

    static final int BYTES = 8;

    /** Bits of the chunk format that hold the logarithm of the chunk size in blocks. */
    static final int FORMAT_BLOCK_BITS = 0x1f;
    /** Bit of the chunk format: indexes of 8 bytes with a device, not bare addresses of 4 bytes. */
    static final int FORMAT_INDEXES = 0x20;

    /** The address that means a hole. */
    static final int HOLE = -1;

    /** The image itself. */
    static final int OWN_DEVICE = 0;
    /** The first device of the table: the tar. */
    static final int DATA_DEVICE = 1;

    private ChunkIndex() {}
}
